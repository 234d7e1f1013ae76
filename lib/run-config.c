// SPDX-License-Identifier: LGPL-2.1-only
/*
 * run-config - what an object says of its place in a chain
 *
 * As libxdp's macro XDP_RUN_CONFIG() writes it: a variable _FUNCTION in the BTF
 * section .xdp_run_config, of a struct whose members are pointers to arrays;
 * the lengths of these are the values.  BTF is taken for hostile.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <bpf/btf.h>

#include "internal.h"
#include "run-config.h"

#define SECTION	      ".xdp_run_config"
#define MAX_MODIFIERS 8

/* Without typedefs and qualifiers; NULL if it has no end or is none. */
static const struct btf_type *resolve(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (int i = 0; type && i < MAX_MODIFIERS; i++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return type;
		type = btf__type_by_id(btf, type->type);
	}
	return NULL;
}

static const char *name_at(const struct btf *btf, uint32_t offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ?: "";
}

/* The struct of the function's configuration; NULL: there is none. */
static const struct btf_type *find(const struct btf *btf, const char *name,
				   bool *there)
{
	int id = btf ? btf__find_by_name_kind(btf, SECTION, BTF_KIND_DATASEC)
		     : -ENOENT;
	const struct btf_type *section, *var;

	*there = false;
	if (id < 0)
		return NULL;
	section = btf__type_by_id(btf, id);
	for (int i = 0; i < btf_vlen(section); i++) {
		const char *var_name;

		var = btf__type_by_id(btf, btf_var_secinfos(section)[i].type);
		if (!var || !btf_is_var(var))
			continue;
		var_name = name_at(btf, var->name_off);
		if (var_name[0] != '_' || strcmp(var_name + 1, name))
			continue;
		*there = true;
		var = resolve(btf, var->type);
		return var && btf_is_struct(var) ? var : NULL;
	}
	return NULL;
}

/* The value that a member's type carries. */
static bool read_value(const struct btf *btf, const struct btf_member *member,
		       uint32_t *value)
{
	const struct btf_type *type = resolve(btf, member->type);

	if (!type || !btf_is_ptr(type))
		return false;
	type = resolve(btf, type->type);
	if (!type || !btf_is_array(type))
		return false;
	*value = btf_array(type)->nelems;
	return true;
}

static bool is_verdict(const char *name, uint32_t *verdict)
{
	const char *known;

	if (strncmp(name, "XDP_", 4))
		return false;
	for (*verdict = 0; (known = xdplab_verdict_name(*verdict));
	     (*verdict)++)
		if (!strcmp(name + 4, known))
			return true;
	return false;
}

static bool read_member(struct run_config *config, const struct btf *btf,
			const struct btf_member *member)
{
	const char *name = name_at(btf, member->name_off);
	uint32_t value, verdict;

	if (!read_value(btf, member, &value))
		return false;
	if (!strcmp(name, "priority")) {
		config->prio = value;
		return value <= INT32_MAX;
	}
	if (!is_verdict(name, &verdict))
		return false;
	config->actions &= ~(1u << verdict);
	if (value)
		config->actions |= 1u << verdict;
	return true;
}

int run_config_read(struct run_config *config, const struct btf *btf,
		    const char *name, const char *object)
{
	struct run_config read = { .prio = XDPLAB_PRIO_DEFAULT,
				   .actions = XDPLAB_ACTIONS_DEFAULT };
	bool there;
	const struct btf_type *type = find(btf, name, &there);

	if (there && !type)
		return fail(-EINVAL, "%s: the run configuration of %s is none",
			    object, name);
	for (int i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];

		if (read_member(&read, btf, member))
			continue;
		fail(-EINVAL, "%s: the run configuration of %s has \"%s\"",
		     object, name, name_at(btf, member->name_off));
		return advise(-EINVAL, "it may have __uint(priority, N) up to "
				       "2147483647, and __uint(XDP_PASS, 0 or "
				       "1) and the other verdicts");
	}
	*config = read;
	return 0;
}
