// SPDX-License-Identifier: LGPL-2.1-only
/*
 * elf-btf - tells an object's BTF that can be followed from what cannot
 *
 * libbpf before 1.3 goes wherever the id of a type or the offset of a name
 * leads it, and every libbpf follows a typedef of itself for ever.
 */
#include <string.h>

#include <bpf/btf.h>

#include "elf.h"
#include "internal.h"

/* Neither the kernel nor libbpf resolves a longer row of typedefs. */
#define MAX_CHAIN 32

/*
 * What a type of each kind refers to, a letter for each 32 bits: 'n' is the
 * offset of a name, 't' the id of a type, '-' neither.  First in what every
 * type begins with, then in each of the entries after it.
 */
static const struct {
	const char *head, *entry;
} kinds[] = {
	[BTF_KIND_UNKN] = { "---", "" },
	[BTF_KIND_INT] = { "n--", "" },
	[BTF_KIND_PTR] = { "n-t", "" },
	[BTF_KIND_ARRAY] = { "n--", "tt-" },
	[BTF_KIND_STRUCT] = { "n--", "nt-" },
	[BTF_KIND_UNION] = { "n--", "nt-" },
	[BTF_KIND_ENUM] = { "n--", "n-" },
	[BTF_KIND_FWD] = { "n--", "" },
	[BTF_KIND_TYPEDEF] = { "n-t", "" },
	[BTF_KIND_VOLATILE] = { "n-t", "" },
	[BTF_KIND_CONST] = { "n-t", "" },
	[BTF_KIND_RESTRICT] = { "n-t", "" },
	[BTF_KIND_FUNC] = { "n-t", "" },
	[BTF_KIND_FUNC_PROTO] = { "n-t", "nt" },
	[BTF_KIND_VAR] = { "n-t", "" },
	[BTF_KIND_DATASEC] = { "n--", "t--" },
	[BTF_KIND_FLOAT] = { "n--", "" },
	[BTF_KIND_DECL_TAG] = { "n-t", "" },
	[BTF_KIND_TYPE_TAG] = { "n-t", "" },
	[BTF_KIND_ENUM64] = { "n--", "n--" },
};

static bool refers_within(const struct btf *btf, const __u32 *words,
			  const char *letters)
{
	for (; *letters; letters++, words++) {
		if (*letters == 'n' && !btf__name_by_offset(btf, *words))
			return false;
		if (*letters == 't' && !btf__type_by_id(btf, *words))
			return false;
	}
	return true;
}

static bool type_refers_within(const struct btf *btf,
			       const struct btf_type *type)
{
	const __u32 *words = (const __u32 *)type;
	size_t kind = btf_kind(type), entries, length;

	if (kind >= ARRAY_SIZE(kinds))
		return true; /* libbpf knows it, and is newer than we are */
	if (!refers_within(btf, words, kinds[kind].head))
		return false;
	words += sizeof(*type) / sizeof(*words);
	length = strlen(kinds[kind].entry);
	entries = btf_is_array(type) ? 1 : btf_vlen(type);
	for (size_t i = 0; i < entries; i++, words += length)
		if (!refers_within(btf, words, kinds[kind].entry))
			return false;
	return true;
}

static bool chain_ends(const struct btf *btf, const struct btf_type *type)
{
	int length = 0;

	while (type && (btf_is_mod(type) || btf_is_typedef(type))) {
		if (++length > MAX_CHAIN)
			return false;
		type = btf__type_by_id(btf, type->type);
	}
	return true;
}

const char *btf_defect(const void *bytes, size_t size)
{
	struct btf *btf = btf__new(bytes, size);
	const char *defect = NULL;

	if (!btf)
		return "damaged: its BTF cannot be read";
	for (__u32 id = 1; !defect && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		/* After a header of an odd length all types are askew. */
		if ((uintptr_t)type % sizeof(__u32) ||
		    !type_refers_within(btf, type))
			defect = "damaged: its BTF cannot be read";
		else if (!chain_ends(btf, type))
			defect = "damaged: its BTF has a recursive type";
	}
	btf__free(btf);
	return defect;
}
