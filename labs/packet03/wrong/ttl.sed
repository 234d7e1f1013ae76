# Forwards without lowering the TTL: a packet in a loop is there for ever.
# Caught by: a packet for a neighbour goes out to him
/^\tip->ttl--/d
