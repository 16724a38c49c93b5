#!/usr/bin/env bash
# Everything that wants a GPU, in one go: benchmarks/speed/gpu.sh OUT [SECONDS]
# Profile, rows, GPU-only tests; ends within SECONDS (220). Each part leaves OUT/PART.log, and its
# JSON; one that fails or is cut off leaves the others alone. Without a GPU it is a dry run.
set -u
out=${1:?usage: gpu.sh OUT [SECONDS]}
limit=${2:-220}
mkdir -p "$out"
quick=""
repeats=7
python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' || quick=--quick

part() { # NAME SECONDS COMMAND...
    local name=$1 seconds=$2 left=$((limit - SECONDS))
    shift 2
    if ((left < 5)); then
        echo "== $name: no time left"
        return
    fi
    local begin=$SECONDS
    timeout $((seconds < left ? seconds : left)) "$@" >"$out/$name.log" 2>&1
    echo "== $name: exit code $? after $((SECONDS - begin)) s"
    grep -v -i warn "$out/$name.log" | tail -n 40 | cut -c 1-220
}

part trace 70 python3 -m benchmarks.speed.trace "$out" $quick
part rows 110 python3 -m benchmarks.speed accelerator accelerator_passes accelerator_networks \
    --repeats $repeats --out "$out/rows.json" $quick
part tests 60 python3 -m pytest -q -m cuda -p no:cacheprovider \
    tests/training/segmentation/test_host_waits.py tests/engine/loops/test_pinnable_batch.py
echo "done after $SECONDS s: $out"
