# Drops replies, too: does not check the type of the message.
# Caught by: a reply of IPv4 passes
s/echo->type == request && //
