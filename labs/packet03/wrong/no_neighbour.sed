# Drops all packets for which bpf_fib_lookup() does not succeed.
# Caught by: a neighbour whose address nobody knows is left to the stack, which asks
/default:/,/return/s/XDP_PASS/XDP_DROP/
