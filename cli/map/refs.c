// SPDX-License-Identifier: GPL-2.0-only
/* refs - xdplab map: the names of what ids in a value stand for */
#include <stdlib.h>

#include "map.h"
#include "out.h"

/* Names of interfaces may be anything. */
static void add_json(struct xdplab_text *text, const struct xdplab_map_ref *ref)
{
	json_t *name = out_string(ref->name);
	char *quoted = json_dumps(name, JSON_ENCODE_ANY | JSON_COMPACT |
						JSON_ENSURE_ASCII);

	xdplab_text_add(text, ",\"");
	xdplab_text_add(text, ref->what);
	xdplab_text_add(text, "\":");
	xdplab_text_add(text, quoted ?: "null");
	free(quoted);
	json_decref(name);
}

void map_add_refs(struct xdplab_text *text, const struct xdplab_map *map,
		  const void *value, enum xdplab_form form)
{
	struct xdplab_map_ref refs[XDPLAB_MAP_REFS_MAX];
	size_t nr = xdplab_map_refs(map, value, refs);
	char clean[sizeof(refs->name)];

	for (size_t i = 0; i < nr; i++) {
		if (form == XDPLAB_FORM_JSON) {
			add_json(text, &refs[i]);
			continue;
		}
		out_clean(clean, sizeof(clean), refs[i].name);
		xdplab_text_add(text, i ? ", " : " (");
		xdplab_text_add(text, clean);
	}
	if (nr && form == XDPLAB_FORM_TEXT)
		xdplab_text_add(text, ")");
}
