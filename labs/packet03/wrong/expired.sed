# Lowers every TTL: one of 0 becomes 255.
# Caught by: a packet whose time is over is left to the stack, which says so
s/ || ip->ttl <= 1//
