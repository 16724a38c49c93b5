#!/usr/bin/env bash
# Train as a Slurm job, one task for each GPU.
#   tools/slurm_train.sh PARTITION JOB_NAME CONFIG [options of tools/train.py]
# Of the environment: GPUS, GPUS_PER_NODE, CPUS_PER_TASK, and SRUN_ARGS for further options of srun.
set -euo pipefail

if (($# < 3)); then
    echo "usage: $0 PARTITION JOB_NAME CONFIG [options of tools/train.py]" >&2
    exit 2
fi
PARTITION=$1
JOB_NAME=$2
CONFIG=$3
GPUS=${GPUS:-8}
GPUS_PER_NODE=${GPUS_PER_NODE:-$((GPUS < 8 ? GPUS : 8))}
TOOLS=$(dirname "$0")

# One task that fails ends the job: the others would wait for it.
# shellcheck disable=SC2086  # SRUN_ARGS is a list of options
exec srun \
    --partition="$PARTITION" \
    --job-name="$JOB_NAME" \
    --gres=gpu:"$GPUS_PER_NODE" \
    --ntasks="$GPUS" \
    --ntasks-per-node="$GPUS_PER_NODE" \
    --cpus-per-task="${CPUS_PER_TASK:-5}" \
    --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} \
    python -u "$TOOLS/train.py" "$CONFIG" --launcher slurm "${@:4}"
