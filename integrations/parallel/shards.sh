#!/bin/bash
# GNU parallel over a list of pages, on this machine or on those of --sshloginfile: shards.sh LIST OUTPUT PARTS [OPTION ...]
# Further options are parallel's, as -j 8 or --sshloginfile hosts. Run it again after failures: finished parts are passed over.
set -eu
list=$(realpath "$1") output=$2 parts=$3
shift 3
# -q: parallel gives its command to a shell, which must not take a name with a space for two.
seq 0 $((parts - 1)) | parallel -q --retries 3 --halt never --joblog shards.log "$@" \
  guidang shard --index {} --count "$parts" --manifest "$list" --output "$output" --archivable
