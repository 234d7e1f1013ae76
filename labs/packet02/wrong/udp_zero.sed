# Leaves a computed checksum of zero, which means "no checksum".
# Caught by: a checksum of UDP does not become zero
s/check ? check : 0xffff/check/
