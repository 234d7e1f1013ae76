# Drops replies, too: what kind of message it is does not count.
# Caught by: a reply of IPv4 passes
s/echo->type == request && //
