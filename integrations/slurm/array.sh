#!/bin/bash
# A Slurm array over a list of pages: sbatch --array=0-99 array.sh LIST OUTPUT
# Each task takes its part of LIST by its number. A part that was finished before is not done again: submit the same array
# once more after failures, and stop when none is left. OUTPUT is a folder that all nodes see, or an object store.
#SBATCH --job-name=guidang
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --requeue
set -eu
# Copied to the node once: fonts are read when a worker starts.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar xzf "$HOME/guidang.tar.gz" -C "$work"
"$work/guidang" shard --manifest "$1" --output "$2" --jobs "$SLURM_CPUS_PER_TASK" --archivable
