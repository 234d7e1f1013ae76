# Does not convert from network byte order, and so tests the other byte.
# Caught by: numbers are odd by their last bit, on the wire and in the host
s/bpf_ntohs(echo->sequence)/echo->sequence/
