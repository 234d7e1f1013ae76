# Answers replies, too: what kind of message it is does not count.
# Caught by: a reply passes
s/ || echo->kind != bpf_htons(request << 8)//
