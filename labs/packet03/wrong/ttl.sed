# Forwards without lowering the TTL: packets in a loop circulate forever.
# Caught by: a packet for a neighbour goes out to him
/^\tip->ttl--/d
