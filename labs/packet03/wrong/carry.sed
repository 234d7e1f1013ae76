# Loses the carry out of the 16 bits of a checksum.
# Caught by: the checksum follows the TTL, whatever it was
/sum = (sum & 0xffff) + (sum >> 16)/d
