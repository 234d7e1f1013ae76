// SPDX-License-Identifier: LGPL-2.1-only
/* tags - declaration tags that say how a field is to be shown */
#include <stdlib.h>

#include "make.h"

static const char *tag_at(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	const char *word;

	if (!type || !btf_is_decl_tag(type))
		return NULL;
	word = btf__name_by_offset(btf, type->name_off);
	return word && value_net_is_tag(word) ? word : NULL;
}

static bool keep_tag(struct value_maker *m, uint32_t id, const char *word)
{
	const struct btf_type *type = btf__type_by_id(m->btf, id);
	struct value_tag *tags;

	if (!value_spend(m, 1))
		return false;
	tags = reallocarray(m->tags, m->nr_tags + 1, sizeof(*tags));
	if (!tags) {
		m->no_memory = true;
		return false;
	}
	m->tags = tags;
	tags[m->nr_tags++] = (struct value_tag){
		.type = type->type,
		.member = btf_decl_tag(type)->component_idx,
		.word = word,
	};
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct value_tag *one = a, *other = b;

	if (one->type != other->type)
		return one->type < other->type ? -1 : 1;
	return (one->member > other->member) - (one->member < other->member);
}

bool value_read_tags(struct value_maker *m)
{
	for (uint32_t id = 1; id < btf__type_cnt(m->btf); id++) {
		const char *word = tag_at(m->btf, id);

		if (word && !keep_tag(m, id, word))
			return false;
	}
	if (m->nr_tags)
		qsort(m->tags, m->nr_tags, sizeof(*m->tags), by_place);
	return true;
}

const char *value_tag(const struct value_maker *m, uint32_t type,
		      int32_t member)
{
	struct value_tag key = { .type = type, .member = member };
	const struct value_tag *found;

	if (!m->nr_tags)
		return "";
	found = bsearch(&key, m->tags, m->nr_tags, sizeof(key), by_place);
	return found ? found->word : "";
}
