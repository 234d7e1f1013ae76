# Says that there is no checksum where it has become zero.
# Caught by: a checksum of UDP does not become zero
s/check ? check : 0xffff/check/
