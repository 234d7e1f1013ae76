// SPDX-License-Identifier: LGPL-2.1-only
/* enum - the enumerators of a BTF enum, each name and each value once */
#include <stdlib.h>

#include "make.h"

/* ---- what BTF has ---- */

/* Before enums had a sign, -1 in one of a byte was written as 32 bits. */
static uint64_t value_at(const struct btf_type *type, int i)
{
	if (btf_is_enum64(type))
		return btf_enum64_value(btf_enum64(type) + i);
	if (btf_kflag(type))
		return (uint64_t)(int64_t)btf_enum(type)[i].val;
	return (uint32_t)btf_enum(type)[i].val &
	       (UINT32_MAX >> (type->size < 4 ? 32 - 8 * type->size : 0));
}

static const char *name_at(const struct btf *btf, const struct btf_type *type,
			   int i)
{
	uint32_t offset = btf_is_enum64(type) ? btf_enum64(type)[i].name_off
					      : btf_enum(type)[i].name_off;

	return btf__name_by_offset(btf, offset) ?: "";
}

/* ---- in order ---- */

static int by_name(const void *a, const void *b, void *names)
{
	const struct value_enumerator *one = a, *other = b;
	int order =
		strcmp((char *)names + one->name, (char *)names + other->name);

	return order ?: (one->name > other->name) - (one->name < other->name);
}

static int by_value(const void *a, const void *b, void *is_signed)
{
	const struct value_enumerator *one = a, *other = b;
	uint64_t flip = *(bool *)is_signed ? 1ULL << 63 : 0;

	if (one->value != other->value)
		return (one->value ^ flip) < (other->value ^ flip) ? -1 : 1;
	return (one->name > other->name) - (one->name < other->name);
}

/* The first of each name stays: what is printed must be read as the same. */
static uint32_t drop_same_names(struct value_enumerator *list, uint32_t nr,
				const char *names)
{
	uint32_t kept = 0;

	qsort_r(list, nr, sizeof(*list), by_name, (void *)names);
	for (uint32_t i = 0; i < nr; i++)
		if (!kept ||
		    strcmp(names + list[kept - 1].name, names + list[i].name))
			list[kept++] = list[i];
	return kept;
}

/* ---- into the type ---- */

static bool add_enumerators(struct value_maker *m, uint32_t nr)
{
	struct xdplab_type *type = m->type;
	size_t total = type->nr_enumerators + nr;
	void *enumerators;

	if (!value_spend(m, nr))
		return false;
	if (total <= m->room_enumerators)
		return true;
	enumerators = reallocarray(type->enumerators, total * 2,
				   sizeof(*type->enumerators));
	if (!enumerators) {
		m->no_memory = true;
		return false;
	}
	type->enumerators = enumerators;
	m->room_enumerators = total * 2;
	return true;
}

static uint32_t copy_names(struct value_maker *m, const struct btf_type *type)
{
	struct value_enumerator *list =
		m->type->enumerators + m->type->nr_enumerators;
	uint32_t nr = 0;

	for (int i = 0; i < btf_vlen(type); i++) {
		const char *name = name_at(m->btf, type, i);

		if (!value_is_name(name))
			continue;
		list[nr++] = (struct value_enumerator){
			.value = value_at(type, i),
			.name = m->type->names.length,
			.name_length = strlen(name),
		};
		text_add(&m->type->names, name, strlen(name) + 1);
	}
	return nr;
}

bool value_make_enum(struct value_maker *m, uint32_t at,
		     const struct btf_type *type)
{
	struct value_node *node = m->type->nodes + at;
	struct value_enumerator *list;
	uint32_t nr;

	if ((type->size & (type->size - 1)) || type->size > 8 || !type->size ||
	    !add_enumerators(m, btf_vlen(type)))
		return false;
	node->kind = VALUE_ENUM;
	node->size = type->size;
	node->is_signed = btf_kflag(type);
	node->dense = true;
	if (!btf_vlen(type)) /* there may be no list yet */
		return true;
	nr = copy_names(m, type);
	if (m->type->names.lost)
		return false;
	node->first = m->type->nr_enumerators;
	list = m->type->enumerators + node->first;
	nr = drop_same_names(list, nr, m->type->names.bytes);
	qsort_r(list, nr, sizeof(*list), by_value, &node->is_signed);
	node->count = nr;
	m->type->nr_enumerators += nr;
	return true;
}
