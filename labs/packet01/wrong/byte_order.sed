# Takes the number as it is on the wire: its other byte, on most machines.
# Caught by: numbers are odd by their last bit, on the wire and in the host
s/bpf_ntohs(echo->sequence)/echo->sequence/
