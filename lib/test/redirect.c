// SPDX-License-Identifier: LGPL-2.1-only
/*
 * redirect - where a packet is redirected to
 *
 * The kernel does not tell, and a packet of BPF_PROG_TEST_RUN does not go there;
 * what the program was made to write down does.
 */
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "run.h"

static void read_entry(struct test_redirect *to, int map_fd)
{
	struct bpf_map_info info = { 0 };
	struct bpf_devmap_val value;
	__u32 size = sizeof(info);

	if (map_fd <= 0 || bpf_obj_get_info_by_fd(map_fd, &info, &size))
		return;
	to->map_id = info.id;
	memcpy(to->map_name, info.name, sizeof(to->map_name));
	if ((info.type == BPF_MAP_TYPE_DEVMAP ||
	     info.type == BPF_MAP_TYPE_DEVMAP_HASH) &&
	    info.value_size <= sizeof(value) &&
	    !bpf_map_lookup_elem(map_fd, &to->key, &value))
		to->ifindex = value.ifindex;
}

void test_redirect_read(struct test_redirect *to,
			const struct redirect_seen *seen)
{
	*to = (struct test_redirect){ .key = seen->key,
				      .is_entry = seen->kind == REDIRECT_MAP };
	if (to->is_entry)
		read_entry(to, seen->map_fd);
	else if (seen->kind == REDIRECT_IFINDEX)
		to->ifindex = seen->key;
}

static void name_interface(char *text, size_t size, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	if (!ifindex)
		snprintf(text, size, "no interface");
	else if (if_indextoname(ifindex, name))
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "interface %u, which does not exist",
			 ifindex);
}

void test_redirect_name(char *text, size_t size, const struct test_redirect *to)
{
	if (to->is_entry)
		snprintf(text, size, "map %s[%u]",
			 to->map_id ? to->map_name : "?", to->key);
	else
		name_interface(text, size, to->ifindex);
}
