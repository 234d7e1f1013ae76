// SPDX-License-Identifier: LGPL-2.1-only
/*
 * run-config - what a program says of its place in a chain
 *
 * libxdp's XDP_RUN_CONFIG(function) makes a variable `_function` in a section
 * of its own.  It is never loaded: BTF alone keeps what its type says, in the
 * kernel too.
 *
 *	struct {
 *		__uint(priority, 10);
 *		__uint(XDP_PASS, 1);
 *	} XDP_RUN_CONFIG(function);
 */
#include <errno.h>
#include <string.h>

#include <bpf/btf.h>

#include "internal.h"
#include "run-config.h"

#define SECTION ".xdp_run_config"

/* More of one type are a loop, for the kernel and for btf_defect(). */
#define MAX_MODIFIERS 32

/* ---- BTF, which may refer to what it does not have ---- */

static const char *name_at(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset) ?: "";
}

/* A type without its modifiers, or NULL. */
static const struct btf_type *plain_type(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (int i = 0; i <= MAX_MODIFIERS; i++) {
		if (!type || !(btf_is_mod(type) || btf_is_typedef(type)))
			return type;
		type = btf__type_by_id(btf, type->type);
	}
	return NULL;
}

/* ---- the variable ---- */

static const struct btf_type *find_in(const struct btf *btf,
				      const struct btf_type *section,
				      const char *function)
{
	const struct btf_var_secinfo *entries = btf_var_secinfos(section);

	for (int i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *type =
			btf__type_by_id(btf, entries[i].type);
		const char *name = type ? name_at(btf, type->name_off) : "";

		if (*name == '_' && !strcmp(name + 1, function))
			return type;
	}
	return NULL;
}

static const struct btf_type *find_variable(const struct btf *btf,
					    const char *function)
{
	const struct btf_type *variable = NULL;

	for (__u32 id = 1; !variable && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_datasec(type) &&
		    !strcmp(name_at(btf, type->name_off), SECTION))
			variable = find_in(btf, type, function);
	}
	return variable;
}

/* The struct that it is; NULL if it is something else, or only declared. */
static const struct btf_type *struct_of(const struct btf *btf,
					const struct btf_type *variable)
{
	const struct btf_type *type;

	if (!btf_is_var(variable) ||
	    btf_var(variable)->linkage > BTF_VAR_GLOBAL_ALLOCATED)
		return NULL;
	type = plain_type(btf, variable->type);
	return type && btf_is_struct(type) ? type : NULL;
}

/* ---- its members ---- */

/* __uint(member, value) is a pointer to an array of that many elements. */
static bool read_value(uint32_t *value, const struct btf *btf,
		       const struct btf_member *member)
{
	const struct btf_type *type = plain_type(btf, member->type);

	if (!type || !btf_is_ptr(type))
		return false;
	type = btf__type_by_id(btf, type->type);
	if (!type || !btf_is_array(type))
		return false;
	*value = btf_array(type)->nelems;
	return true;
}

/* The bit of the verdict that a member is named for; 0: of none. */
static uint32_t action(const char *member)
{
	static const char prefix[] = "XDP_";
	const char *verdict;

	if (strncmp(member, prefix, strlen(prefix)))
		return 0;
	member += strlen(prefix);
	for (uint32_t i = 0; (verdict = xdplab_verdict_name(i)); i++)
		if (!strcmp(member, verdict))
			return 1u << i;
	return 0;
}

static int unknown(const char *member, const char *name, const char *object)
{
	fail(-EINVAL,
	     "%s: the run configuration of %s has an unknown member \"%s\"",
	     object, name, member);
	return advise(-EINVAL, "members are priority, XDP_ABORTED, XDP_DROP, "
			       "XDP_PASS, XDP_TX and XDP_REDIRECT");
}

static int no_number(const char *member, const char *name, const char *object)
{
	fail(-EINVAL, "%s: %s in the run configuration of %s is not a number",
	     object, member, name);
	return advise(-EINVAL, "use __uint(%s, NUMBER)", member);
}

static int set_priority(struct run_config *config, uint32_t value,
			const char *name, const char *object)
{
	if (value > INT32_MAX)
		return fail(-EINVAL,
			    "%s: priority in the run configuration of %s is "
			    "%u, which is more than %d",
			    object, name, value, INT32_MAX);
	config->prio = value;
	return 0;
}

static int read_member(struct run_config *config, const struct btf *btf,
		       const struct btf_member *member, const char *name,
		       const char *object)
{
	const char *word = name_at(btf, member->name_off);
	bool is_priority = !strcmp(word, "priority");
	uint32_t value, bit = action(word);

	if (!is_priority && !bit)
		return unknown(word, name, object);
	if (!read_value(&value, btf, member))
		return no_number(word, name, object);
	if (is_priority)
		return set_priority(config, value, name, object);
	config->actions &= ~bit;
	if (value)
		config->actions |= bit;
	return 0;
}

static int no_struct(const char *name, const char *object)
{
	fail(-EINVAL, "%s: _%s in section %s is not a run configuration",
	     object, name, SECTION);
	return advise(-EINVAL,
		      "use struct { __uint(priority, NUMBER); } "
		      "XDP_RUN_CONFIG(%s);",
		      name);
}

int run_config_read(struct run_config *config, const struct btf *btf,
		    const char *name, const char *object)
{
	struct run_config found = { .prio = XDPLAB_PRIO_DEFAULT,
				    .actions = XDPLAB_ACTIONS_DEFAULT };
	const struct btf_type *variable = btf ? find_variable(btf, name) : NULL;
	const struct btf_type *type =
		variable ? struct_of(btf, variable) : NULL;
	int err = 0;

	if (variable && !type)
		return no_struct(name, object);
	for (int i = 0; type && !err && i < btf_vlen(type); i++)
		err = read_member(&found, btf, btf_members(type) + i, name,
				  object);
	if (!err)
		*config = found;
	return err;
}
