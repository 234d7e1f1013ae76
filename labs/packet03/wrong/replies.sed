# Answers replies, too: does not check the type of the message.
# Caught by: a reply passes
s/ || echo->kind != bpf_htons(request << 8)//
