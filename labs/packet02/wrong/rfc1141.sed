# Uses the equation of RFC 1141, which never yields zero.
# Caught by: a checksum of TCP may become zero
s/sum = (~.*/sum = *check + from + (~to \& 0xffff);/
s/\*check = ~sum/*check = sum/
