// SPDX-License-Identifier: GPL-2.0-only
/* choice - NAME[:KEY][.FIELD]: which fields of which maps are watched */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

#define FEW_FIELDS	16 /* of a map for which nobody has chosen any */
#define MOST_FIELDS	256
#define NAME_MAX_LENGTH 15 /* of a map, that the kernel keeps */

/* ---- the map ---- */

/* After the name that the choice begins with; NULL: it is another's. */
static const char *behind(const char *text, const char *name)
{
	size_t length = strlen(name);

	if (!length || strncmp(text, name, length))
		return NULL;
	text += length;
	/* The kernel has cut it, but its owner knows it in full. */
	if (length == NAME_MAX_LENGTH)
		while (isalnum((unsigned char)*text) || *text == '_')
			text++;
	return *text && *text != ':' && *text != '.' ? NULL : text;
}

static const char *behind_map(const char *text,
			      const struct xdplab_map_info *info)
{
	char id[16];

	snprintf(id, sizeof(id), "%" PRIu32, info->id);
	return behind(text, info->name) ?: behind(text, id);
}

bool watch_choice_fits(const struct watch_choice *choice, const char *ifname,
		       const char *stage, const struct xdplab_map_info *info)
{
	if (choice->name)
		return !strcmp(choice->name, info->name) &&
		       !strcmp(choice->ifname, ifname) &&
		       !strcmp(choice->stage, stage);
	return !choice->text || behind_map(choice->text, info);
}

/* ---- fields ---- */

struct finding {
	struct watch_fields *fields;
	const char *path; /* this one, or what is in it; "": all */
	size_t max;
};

static bool is_in(const char *path, const char *in)
{
	size_t length = strlen(in);

	return !length ||
	       (!strncmp(path, in, length) &&
		(!path[length] || path[length] == '.' || path[length] == '['));
}

static bool add_field(const char *path, const struct xdplab_field *field,
		      void *arg)
{
	struct finding *finding = arg;
	struct watch_fields *fields = finding->fields;

	if (!is_in(path, finding->path))
		return true;
	if (fields->nr == finding->max) {
		fields->cut = true;
		return false;
	}
	fields->paths = need_memory(
		reallocarray(fields->paths, fields->nr + 1, sizeof(char *)));
	fields->fields = need_memory(reallocarray(
		fields->fields, fields->nr + 1, sizeof(*fields->fields)));
	fields->paths[fields->nr] = need_memory(strdup(path));
	fields->fields[fields->nr++] = *field;
	return true;
}

static bool find_fields(struct watch_fields *fields,
			const struct xdplab_map *map, const char *path,
			size_t max)
{
	struct finding finding = { fields, path, max };

	xdplab_field_each(xdplab_map_value_type(map), add_field, &finding);
	return fields->nr;
}

/* ---- the key ---- */

static bool read_key(struct watch_fields *fields, const struct xdplab_map *map,
		     const char *text, size_t length)
{
	const struct xdplab_type *type = xdplab_map_key_type(map);
	char *key = need_memory(strndup(text, length));
	int err;

	if (!fields->key)
		fields->key =
			need_memory(calloc(1, xdplab_type_size(type) + 1));
	err = xdplab_value_parse(type, fields->key, key, NULL);
	free(key);
	return !err;
}

/* There are dots in keys, too, such as addresses: the longest that is one. */
static bool read_key_and_fields(struct watch_fields *fields,
				const struct xdplab_map *map, const char *text)
{
	if (read_key(fields, map, text, strlen(text)))
		return find_fields(fields, map, "", MOST_FIELDS);
	for (size_t i = strlen(text); i-- > 0;)
		if (text[i] == '.' && read_key(fields, map, text, i) &&
		    find_fields(fields, map, text + i + 1, MOST_FIELDS))
			return true;
	return false;
}

/* ---- all of it ---- */

static bool read_choice(const char *text, const struct xdplab_map *map,
			struct watch_fields *fields)
{
	const char *rest = text ? behind_map(text, xdplab_map_info(map)) : NULL;

	if (!rest)
		rest = "";
	if (*rest == ':')
		return read_key_and_fields(fields, map, rest + 1);
	if (*rest == '.')
		return find_fields(fields, map, rest + 1, MOST_FIELDS);
	return find_fields(fields, map, "", text ? MOST_FIELDS : FEW_FIELDS);
}

static void say_types(const struct xdplab_map *map, char *why, size_t size)
{
	struct xdplab_text key = { 0 }, value = { 0 };

	xdplab_type_describe(xdplab_map_key_type(map), &key);
	xdplab_type_describe(xdplab_map_value_type(map), &value);
	snprintf(why, size, "no such key or number; key: %s; value: %s",
		 key.bytes ?: "", value.bytes ?: "");
	xdplab_text_free(&key);
	xdplab_text_free(&value);
}

int watch_choice_fields(const struct watch_choice *choice,
			const struct xdplab_map *map,
			struct watch_fields *fields, char *why, size_t size)
{
	*fields = (struct watch_fields){ 0 };
	if (read_choice(choice->text, map, fields))
		return 0;
	watch_fields_free(fields);
	say_types(map, why, size);
	return -EINVAL;
}

void watch_fields_free(struct watch_fields *fields)
{
	for (size_t i = 0; i < fields->nr; i++)
		free(fields->paths[i]);
	free(fields->paths);
	free(fields->fields);
	free(fields->key);
	*fields = (struct watch_fields){ 0 };
}
