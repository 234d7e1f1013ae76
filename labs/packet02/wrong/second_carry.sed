# Adds the carry once, and loses the one that may come of that.
# Caught by: what is carried when a carry is added is added, too
0,/sum = (sum & 0xffff) + (sum >> 16);/{//d}
