#!/bin/bash
# A Slurm array over a list of pages: sbatch --array=0-99 array.sh LIST OUTPUT 100
# Each task takes its part of LIST by its number, from 0; the last argument is the number of all parts, which stays the same
# when only some of them are submitted again (sbatch --array=7,12 array.sh LIST OUTPUT 100). A part that was finished before
# is not done again: submit the whole array once more after failures, and stop when none is left.
# OUTPUT is a folder that all nodes see, or an object store. Further arguments are guidang shard's, as --retry-errors; not those
# that change what is archived (--wrap, --contents and the like), which --archivable refuses.
#SBATCH --job-name=guidang
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --requeue
set -eu
[ $# -ge 3 ] || { echo "usage: sbatch --array=0-99 array.sh LIST OUTPUT 100 [OPTION ...]" >&2; exit 2; }
list=$1 output=$2 count=$3
shift 3
# Copied to the node once: fonts are read when a worker starts.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar xzf "$HOME/guidang.tar.gz" -C "$work"
"$work/guidang" shard --index "$SLURM_ARRAY_TASK_ID" --count "$count" --manifest "$list" --output "$output" \
  --jobs "$SLURM_CPUS_PER_TASK" --archivable "$@"
