# Drops whatever bpf_fib_lookup() finds no way for.
# Caught by: a neighbour whose address nobody knows is left to the stack, which asks
/default:/,/return/s/XDP_PASS/XDP_DROP/
