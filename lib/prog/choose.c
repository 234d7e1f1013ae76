// SPDX-License-Identifier: LGPL-2.1-only
/* choose - which program of an object, and why none */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "internal.h"
#include "nearest.h"
#include "prog.h"

/*
 * XDP by its section's name as libbpf knows it, but not for a devmap or cpumap;
 * or, as in older objects, by a section such as "xdp_pass", which libbpf leaves
 * without a type.
 */
bool prog_is_xdp(const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return (type == BPF_PROG_TYPE_XDP &&
		bpf_program__expected_attach_type(program) == BPF_XDP) ||
	       (type == BPF_PROG_TYPE_UNSPEC &&
		!strncmp(bpf_program__section_name(program), "xdp", 3));
}

static bool fits(const struct bpf_program *program,
		 const struct xdplab_prog_opts *opts)
{
	const char *name = OPT(opts, name), *section = OPT(opts, section);

	return (!name || !strcmp(name, bpf_program__name(program))) &&
	       (!section ||
		!strcmp(section, bpf_program__section_name(program)));
}

/* "name (section), ..." of the programs, or only of those that would do; cut
 * where it is too long. */
static void list_programs(const struct bpf_object *object,
			  const struct xdplab_prog_opts *opts,
			  bool only_fitting, char *text, size_t size)
{
	struct bpf_program *program;
	size_t length = 0;

	text[0] = '\0';
	bpf_object__for_each_program (program, object) {
		if (only_fitting &&
		    !(prog_is_xdp(program) && fits(program, opts)))
			continue;
		length +=
			snprintf(text + length, size - length, "%s%s (%s)",
				 length ? ", " : "", bpf_program__name(program),
				 bpf_program__section_name(program));
		if (length >= size)
			break;
	}
}

/* A program that was meant, but is none for an interface. */
static int wrong_kind(const struct bpf_program *program, const char *path)
{
	const char *name = bpf_program__name(program);
	const char *section = bpf_program__section_name(program);

	switch (bpf_program__type(program)) {
	case BPF_PROG_TYPE_UNSPEC:
		fail(-EINVAL, "%s: %s is in section %s, not an XDP section",
		     path, name, section);
		return advise(-EINVAL, "use SEC(\"xdp\") for the function");
	case BPF_PROG_TYPE_XDP:
		fail(-EINVAL,
		     "%s: %s is in section %s, which is for map entries", path,
		     name, section);
		return advise(-EINVAL, "add it to the map; for interfaces use "
				       "SEC(\"xdp\")");
	default:
		return fail(
			-EINVAL, "%s: %s is not an XDP program but of type %s",
			path, name,
			libbpf_bpf_prog_type_str(bpf_program__type(program)));
	}
}

/* The name of the program that may be meant, or NULL. */
static const char *nearest_program(const struct bpf_object *object,
				   const char *said)
{
	unsigned int best = NEAREST_FAR;
	struct bpf_program *program;
	const char *near = NULL;

	bpf_object__for_each_program (program, object) {
		const char *name = bpf_program__name(program);
		unsigned int off = nearest_distance(said, strlen(said), name,
						    strlen(name));

		if (off >= best ||
		    !nearest_is_near(off, strlen(said), strlen(name)))
			continue;
		best = off;
		near = name;
	}
	return near;
}

static int none_fits(const struct bpf_object *object, const char *path,
		     const struct xdplab_prog_opts *opts)
{
	const char *name = OPT(opts, name), *section = OPT(opts, section);
	const char *near = name ? nearest_program(object, name) : NULL;
	char list[512];

	list_programs(object, opts, false, list, sizeof(list));
	if (!*list)
		return fail(-EINVAL, "%s: contains no programs", path);
	if (name)
		fail(-ENOENT, "%s: no program %s%s%s", path, name,
		     section ? " in section " : "", section ? section : "");
	else
		fail(-ENOENT, "%s: no program in section %s", path, section);
	if (near && strcmp(near, name) != 0)
		return advise(-ENOENT, "did you mean %s? it contains %s", near,
			      list);
	return advise(-ENOENT, "it contains %s", list);
}

static int several_fit(const struct bpf_object *object, const char *path,
		       const struct xdplab_prog_opts *opts)
{
	char list[512];

	list_programs(object, opts, true, list, sizeof(list));
	fail(-ENOTUNIQ, "%s: contains several XDP programs", path);
	return advise(-ENOTUNIQ, "select one by name: %s", list);
}

/* Those that are loaded for the slots of a map are called by another. */
static bool is_rather_meant(const struct bpf_program *program,
			    const struct bpf_program *other)
{
	return !bpf_program__autoload(program) && bpf_program__autoload(other);
}

int prog_choose(struct bpf_program **out, struct bpf_object *object,
		const char *path, const struct xdplab_prog_opts *opts)
{
	struct bpf_program *program, *chosen = NULL, *other = NULL;
	bool several = false;

	bpf_object__for_each_program (program, object) {
		if (!fits(program, opts))
			continue;
		if (!prog_is_xdp(program)) {
			other = program;
		} else if (!chosen || is_rather_meant(program, chosen)) {
			chosen = program;
			several = false;
		} else if (!is_rather_meant(chosen, program)) {
			several = true;
		}
	}
	if (several && !OPT(opts, first))
		return several_fit(object, path, opts);
	if (!chosen)
		return other ? wrong_kind(other, path)
			     : none_fits(object, path, opts);
	bpf_program__set_type(chosen, BPF_PROG_TYPE_XDP);
	*out = chosen;
	return 0;
}
