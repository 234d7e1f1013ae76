# Adds the carry only once, and loses a second carry.
# Caught by: what is carried when a carry is added is added, too
0,/sum = (sum & 0xffff) + (sum >> 16);/{//d}
