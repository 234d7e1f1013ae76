// SPDX-License-Identifier: GPL-2.0-only
/*
 * stage_objects - keeps an object of a type of its own in a list in a map
 *
 * bpf_obj_new() gets the type by its number in the BTF of this object, and the
 * list's is one of the map's: both have to be the same BTF.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* As the kernel and its selftests have them. */
struct bpf_list_head {
	__u64 opaque[2];
} __attribute__((aligned(8)));

struct bpf_list_node {
	__u64 opaque[3];
} __attribute__((aligned(8)));

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head,
				    struct bpf_list_node *node, void *meta,
				    __u64 offset) __ksym;
extern struct bpf_list_node *
bpf_list_pop_front(struct bpf_list_head *head) __ksym;

struct item {
	struct bpf_list_node node;
	__u64 number;
};

struct list {
	struct bpf_spin_lock lock;
	struct bpf_list_head head
		__attribute__((btf_decl_tag("contains:item:node")));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct list);
} lists SEC(".maps");

/* Puts an item in, and takes the one out that was there before: what a packet
 * left there the next one finds. */
SEC("xdp")
int xdp_objects(struct xdp_md *ctx)
{
	struct bpf_list_node *node;
	struct item *item;
	struct list *list;
	__u32 key = 0;

	list = bpf_map_lookup_elem(&lists, &key);
	if (!list)
		return XDP_ABORTED;
	item = bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0),
				NULL);
	if (!item)
		return XDP_ABORTED;
	bpf_spin_lock(&list->lock);
	node = bpf_list_pop_front(&list->head);
	bpf_list_push_front_impl(&list->head, &item->node, NULL, 0);
	bpf_spin_unlock(&list->lock);
	if (node)
		bpf_obj_drop_impl((struct item *)node, NULL);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
