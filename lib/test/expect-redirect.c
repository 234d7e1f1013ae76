// SPDX-License-Identifier: LGPL-2.1-only
/*
 * expect-redirect - whether a packet is redirected as it was expected
 *
 * The kernel does not tell where to, and a packet of BPF_PROG_TEST_RUN does not
 * go there; what the program was made to write down does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "run.h"

/* Where it was redirected to. */
struct target {
	bool is_entry;	 /* of a map: */
	uint32_t map_id; /* 0: not known which */
	char map_name[BPF_OBJ_NAME_LEN];
	uint32_t key;
	uint32_t ifindex; /* 0: to none */
};

static void read_entry(struct target *target, int map_fd)
{
	struct bpf_map_info info = { 0 };
	struct bpf_devmap_val value;
	__u32 size = sizeof(info);

	if (map_fd <= 0 || bpf_obj_get_info_by_fd(map_fd, &info, &size))
		return;
	target->map_id = info.id;
	memcpy(target->map_name, info.name, sizeof(target->map_name));
	if ((info.type == BPF_MAP_TYPE_DEVMAP ||
	     info.type == BPF_MAP_TYPE_DEVMAP_HASH) &&
	    info.value_size <= sizeof(value) &&
	    !bpf_map_lookup_elem(map_fd, &target->key, &value))
		target->ifindex = value.ifindex;
}

static void read_target(struct target *target, const struct redirect_seen *seen)
{
	target->key = seen->key;
	target->is_entry = seen->kind == REDIRECT_MAP;
	if (target->is_entry)
		read_entry(target, seen->map_fd);
	else if (seen->kind == REDIRECT_IFINDEX)
		target->ifindex = seen->key;
}

static void name_interface(char *text, size_t size, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	if (!ifindex)
		snprintf(text, size, "no interface");
	else if (if_indextoname(ifindex, name))
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "interface %u, which is none", ifindex);
}

static void name_target(char *text, size_t size, const struct target *target)
{
	if (target->is_entry)
		snprintf(text, size, "map %s[%u]",
			 target->map_id ? target->map_name : "?", target->key);
	else
		name_interface(text, size, target->ifindex);
}

static void name_wanted(char *text, size_t size, const struct test_step *step)
{
	if (step->redirect.ifname)
		snprintf(text, size, "%s", step->redirect.ifname);
	else
		snprintf(text, size, "map %s[%s]", step->redirect.map.name,
			 step->redirect.map.key);
}

static bool is_wanted(const struct test_step *step, const struct test_run *run,
		      const struct target *target)
{
	if (step->redirect.ifname)
		return target->ifindex == step->redirect.ifindex;
	return target->is_entry &&
	       test_maps_is_entry(run->maps, &step->redirect.map,
				  target->map_id, target->key);
}

static void say(const struct test_step *step, const char *got,
		struct test_failure *failure)
{
	char wanted[128];

	name_wanted(wanted, sizeof(wanted), step);
	test_failure_say(failure, "the packet is redirected to %s, not %s", got,
			 wanted);
	test_failure_row(failure, "redirect", wanted, got, true);
}

int test_expect_redirect(const struct test_step *step,
			 const struct test_sent *sent,
			 struct test_failure *failure)
{
	const struct test_run *run = sent->tests->run;
	struct target target = { 0 };
	char text[128];

	if (sent->io.verdict != XDP_REDIRECT) {
		test_failure_say(failure, "the verdict is %s, not REDIRECT",
				 xdplab_verdict_name(sent->io.verdict)
					 ?: "none");
		return 0;
	}
	read_target(&target, run->now->seen);
	if (is_wanted(step, run, &target))
		return 1;
	name_target(text, sizeof(text), &target);
	say(step, text, failure);
	return 0;
}
