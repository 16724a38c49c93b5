#!/usr/bin/env bash
# Train in several processes, one for each GPU; without a GPU they run on the processor.
#   tools/dist_train.sh CONFIG GPUS [options of tools/train.py]
# Of the environment: PORT, and for several machines NNODES, NODE_RANK and MASTER_ADDR.
set -euo pipefail

if (($# < 2)); then
    echo "usage: $0 CONFIG GPUS [options of tools/train.py]" >&2
    exit 2
fi
CONFIG=$1
GPUS=$2
TOOLS=$(dirname "$0")

exec python -m torch.distributed.run \
    --nnodes="${NNODES:-1}" \
    --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" \
    --nproc_per_node="$GPUS" \
    "$TOOLS/train.py" "$CONFIG" --launcher pytorch "${@:3}"
