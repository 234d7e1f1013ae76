# Makes a reply of the request, with the checksum of the request.
# Caught by: a request of IPv4 is answered
/update(&echo->check,/d
