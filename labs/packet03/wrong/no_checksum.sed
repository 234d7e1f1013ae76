# Turns the request into a reply, but keeps its checksum.
# Caught by: a request of IPv4 is answered
/update(&echo->check,/d
