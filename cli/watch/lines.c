// SPDX-License-Identifier: GPL-2.0-only
/* lines - what is shown of the model, a line each, and each as a row */
#include <stdlib.h>
#include <string.h>

#include "view.h"
#include "watch.h"

/* ---- which lines there are ---- */

static void add(struct watch_lines *lines, struct watch_line line)
{
	if (lines->nr == lines->room) {
		lines->room = 2 * lines->room + 64;
		lines->lines = need_memory(reallocarray(
			lines->lines, lines->room, sizeof(*lines->lines)));
	}
	lines->lines[lines->nr++] = line;
}

void watch_lines_free(struct watch_lines *lines)
{
	free(lines->lines);
	*lines = (struct watch_lines){ 0 };
}

static void add_program(struct watch_lines *lines,
			const struct watch_iface *iface,
			const struct watch_program *program, bool json)
{
	struct watch_line line = {
		.iface = iface,
		.program = program,
		.history = &program->history,
	};
	size_t nr = program->nr_present;

	add(lines, line);
	for (size_t i = 0; i < nr && (json || nr > 1); i++) {
		line.stage = program->stages[i];
		line.history = &line.stage->history;
		add(lines, line);
	}
}

void watch_lines_programs(struct watch_lines *lines, const struct watch *watch,
			  bool json)
{
	for (size_t i = 0; i < watch->nr_ifaces; i++) {
		const struct watch_iface *iface = watch->ifaces[i];
		struct watch_line line = { .iface = iface };

		for (size_t k = 0; k < iface->nr_present; k++)
			add_program(lines, iface, &iface->programs[k], json);
		if (iface->nr_present)
			continue;
		if (iface->nr_programs)
			line.history = &iface->programs[0].history;
		add(lines, line);
	}
}

static size_t nr_shown(const struct watch_map *map)
{
	return map->fields.nr ? map->nr_numbers / map->fields.nr : 0;
}

static void add_map(struct watch_lines *lines, const struct watch_map *map,
		    bool json)
{
	struct watch_line line = { .map = map };

	for (size_t i = 0; i < map->nr_numbers; i++) {
		line.number = map->numbers[i];
		line.history = &line.number->history;
		add(lines, line);
		line.again = true;
	}
	line.number = NULL;
	line.history = NULL;
	line.rest = line.again;
	if (!line.rest ||
	    (!json && (map->limited || map->fields.cut ||
		       watch_keys_count(map->keys) > nr_shown(map))))
		add(lines, line);
}

void watch_lines_maps(struct watch_lines *lines, const struct watch *watch,
		      bool json)
{
	for (size_t i = 0; i < watch->nr_maps; i++)
		if (!watch->maps[i]->hidden && !watch->maps[i]->mark.absent)
			add_map(lines, watch->maps[i], json);
}

/* ---- rows ---- */

static void set(json_t *row, const char *key, json_t *value)
{
	json_object_set_new(row, key, value);
}

static json_t *rate_value(const struct counter *counter)
{
	return counter->state == COUNTER_MOVING ? json_real(counter->rate)
						: json_null();
}

static void set_renewed(json_t *row, const struct mark *mark)
{
	if (mark->renewed_from)
		set(row, "renewed_from", json_integer(mark->renewed_from));
}

static void set_state(json_t *row, enum counter_state state)
{
	if (state == COUNTER_RESET)
		set(row, "state", json_string("reset"));
}

static void set_sums(json_t *row, const struct tally *tally)
{
	uint64_t packets[WATCH_VERDICTS], bytes[WATCH_VERDICTS];

	for (int i = 0; i < WATCH_VERDICTS; i++) {
		packets[i] = tally->packets[i].value;
		bytes[i] = tally->bytes[i].value;
	}
	view_set_sums(row, packets, bytes);
}

/* Packets and bytes of each verdict: how many, and how many a second. */
static void set_tally(json_t *row, const struct tally *tally, bool has_sums)
{
	if (!tally->counted)
		return;
	set_state(row, tally_state(tally));
	if (has_sums)
		set_sums(row, tally);
	view_set_rates(row, tally->packets, tally->bytes);
}

static json_t *iface_row(const struct watch_iface *iface)
{
	json_t *row = json_object();

	set(row, "kind", json_string("program"));
	set(row, "ifname", out_string(iface->name));
	if (iface->ifindex)
		set(row, "ifindex", json_integer(iface->ifindex));
	if (iface->absent)
		set(row, "state", json_string("gone"));
	return row;
}

static json_t *program_row(const struct watch_line *line)
{
	const struct watch_program *program = line->program;
	json_t *row = iface_row(line->iface);

	set(row, "mode", json_string(xdplab_mode_name(program->mode)));
	set(row, "name", out_string(program->name));
	set(row, "id", json_integer(program->mark.id));
	set_renewed(row, &program->mark);
	if (program->is_chain)
		set(row, "stages", json_integer(program->nr_present));
	if (program->tally.counted)
		set_tally(row, &program->tally, program->nr_present == 1);
	else if (program_pps(program) >= 0)
		set(row, "pps", json_real(program_pps(program)));
	if (program_ns(program) >= 0)
		set(row, "ns_per_packet", json_real(program_ns(program)));
	return row;
}

static json_t *stage_row(const struct watch_line *line)
{
	const struct watch_stage *stage = line->stage;
	json_t *row = iface_row(line->iface);

	set(row, "kind", json_string("stage"));
	set(row, "mode", json_string(xdplab_mode_name(line->program->mode)));
	set(row, "chain_id", json_integer(line->program->mark.id));
	set(row, "stage", json_integer(stage->place));
	set(row, "name", out_string(stage->name));
	set(row, "id", json_integer(stage->mark.id));
	set(row, "prio", json_integer(stage->prio));
	set_renewed(row, &stage->mark);
	set_tally(row, &stage->tally, true);
	return row;
}

/* JSON's integers are of 63 bits here; beyond them it is a real number, which is
 * near. */
static json_t *number_value(const struct watch_number *number)
{
	uint64_t value = number->counter.value;

	if (number->is_signed)
		return json_integer((int64_t)value);
	return value <= INT64_MAX ? json_integer((json_int_t)value)
				  : json_real((double)value);
}

/* As the key is by its type, or as text where it has too large a number. */
static json_t *key_value(const struct watch_number *number)
{
	json_t *key = json_loads(number->key_json, JSON_DECODE_ANY, NULL);

	return key ? key : out_string(number->key_text);
}

static json_t *map_row(const struct watch_line *line)
{
	const struct watch_map *map = line->map;
	json_t *row = json_object();

	set(row, "kind", json_string("map"));
	set(row, "ifname", out_string(map->ifname));
	set(row, "name", out_string(map->stage));
	set(row, "map", out_string(map->name));
	set(row, "map_id", json_integer(map->mark.id));
	if (map->nr_users > 1)
		set(row, "users", json_integer(map->nr_users));
	set_renewed(row, &map->mark);
	if (map->keys)
		set(row, "keys", json_integer(watch_keys_count(map->keys)));
	if (map->keys)
		set(row, "shown", json_integer(nr_shown(map)));
	if (map->limited)
		set(row, "limited", json_true());
	if (map->fields.cut)
		set(row, "more_fields", json_true());
	return row;
}

static void set_number(json_t *row, const struct watch_number *number,
		       bool json)
{
	set(row, "key",
	    json ? key_value(number) : out_string(number->key_text));
	set(row, "field", out_string(number->path));
	set(row, "value", number_value(number));
	set(row, "rate", rate_value(&number->counter));
	set_state(row, number->counter.state);
}

json_t *watch_line_row(const struct watch_line *line, bool json)
{
	json_t *row;

	if (!line->map)
		return line->stage     ? stage_row(line)
		       : line->program ? program_row(line)
				       : iface_row(line->iface);
	row = map_row(line);
	if (line->number)
		set_number(row, line->number, json);
	else if (line->rest)
		set(row, "rest", json_true());
	else
		set(row, "why", out_string(line->map->why));
	if (line->again && !json)
		set(row, "again", json_true());
	return row;
}
