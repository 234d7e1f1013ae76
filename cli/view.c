// SPDX-License-Identifier: GPL-2.0-only
/* view - what runs on an interface, as rows of output */
#include <inttypes.h>
#include <string.h>

#include "view.h"

#define NR_VERDICTS 5 /* of xdplab_stage's packets and bytes */

/* ---- rows ---- */

static void set(json_t *row, const char *key, json_t *value)
{
	json_object_set_new(row, key, value);
}

json_t *view_actions(uint32_t actions)
{
	json_t *list = json_array();

	for (uint32_t verdict = 0; verdict < NR_VERDICTS; verdict++)
		if (actions & 1u << verdict)
			json_array_append_new(
				list,
				json_string(xdplab_verdict_name(verdict)));
	return list;
}

static json_t *ids_list(const uint32_t *ids, uint32_t nr)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < nr; i++)
		json_array_append_new(list, json_integer(ids[i]));
	return list;
}

static json_t *iface_row(const struct xdplab_iface *iface)
{
	return json_pack("{s:I, s:o, s:I, s:b}", "ifindex",
			 (json_int_t)iface->ifindex, "ifname",
			 out_string(iface->ifname), "mtu",
			 (json_int_t)iface->mtu, "up", iface->up);
}

static void set_program(json_t *row, const struct xdplab_attached *attached)
{
	set(row, "name", out_string(attached->name));
	set(row, "tag", json_string(attached->tag));
	set(row, "map_ids", ids_list(attached->map_ids, attached->nr_map_ids));
	set(row, "loaded_at", json_integer(attached->loaded_at));
	set(row, "uid", json_integer(attached->uid));
	set(row, "jited", json_boolean(attached->jited));
	set(row, "run_cnt", view_count(attached->run_cnt));
	set(row, "run_time_ns", view_count(attached->run_time_ns));
}

/* A chain of one stage is reported as the program that it is, too. */
static void set_chain(json_t *row, const struct xdplab_attached *attached)
{
	const struct xdplab_stage *only = attached->stages;

	set(row, "stages", json_integer(attached->nr_stages));
	if (attached->nr_stages > 1)
		return;
	set(row, "prio", json_integer(only->prio));
	set(row, "actions", view_actions(only->actions));
	if (*only->path)
		set(row, "file", out_string(only->path));
}

static json_t *attached_row(const struct xdplab_iface *iface,
			    const struct xdplab_attached *attached)
{
	json_t *row = iface_row(iface);

	set(row, "mode", json_string(xdplab_mode_name(attached->mode)));
	set(row, "id", json_integer(attached->id));
	if (*attached->tag)
		set_program(row, attached);
	if (attached->nr_stages)
		set_chain(row, attached);
	set(row, "attached_by",
	    json_string(attached->link_id ? "link" : "netlink"));
	if (attached->link_id)
		set(row, "link_id", json_integer(attached->link_id));
	if (attached->pinned)
		set(row, "pinned", out_string(attached->pinned));
	return row;
}

static json_t *stage_row(const struct xdplab_iface *iface,
			 const struct xdplab_attached *attached, size_t index)
{
	const struct xdplab_stage *stage = &attached->stages[index];
	json_t *row = json_pack(
		"{s:I, s:o, s:s, s:I, s:I, s:o, s:I, s:I}", "ifindex",
		(json_int_t)iface->ifindex, "ifname", out_string(iface->ifname),
		"mode", xdplab_mode_name(attached->mode), "chain_id",
		(json_int_t)attached->id, "stage", (json_int_t)index + 1,
		"name", out_string(stage->name), "id", (json_int_t)stage->id,
		"prio", (json_int_t)stage->prio);

	set(row, "actions", view_actions(stage->actions));
	set(row, "how", json_string(xdplab_stage_how_name(stage->how)));
	if (*stage->why)
		set(row, "why", out_string(stage->why));
	set(row, "group", json_integer(stage->group));
	if (stage->adopted)
		set(row, "adopted", json_true());
	if (*stage->path)
		set(row, "file", out_string(stage->path));
	if (*stage->section)
		set(row, "section", out_string(stage->section));
	set(row, "map_ids", ids_list(stage->map_ids, stage->nr_map_ids));
	if (*stage->tag)
		set(row, "tag", json_string(stage->tag));
	set(row, "loaded_at", json_integer(stage->loaded_at));
	if (stage->counted)
		view_set_sums(row, stage->packets, stage->bytes);
	return row;
}

/* ---- rates ---- */

static const struct xdplab_attached *
find_attached(const struct xdplab_iface *iface, uint32_t id)
{
	for (size_t i = 0; i < iface->nr_attached; i++)
		if (iface->attached[i].id == id)
			return &iface->attached[i];
	return NULL;
}

/* In any chain of the interface, for a change makes a new one. */
static const struct xdplab_stage *find_stage(const struct xdplab_iface *iface,
					     uint32_t id)
{
	for (size_t i = 0; i < iface->nr_attached; i++) {
		const struct xdplab_attached *attached = &iface->attached[i];

		for (size_t k = 0; k < attached->nr_stages; k++)
			if (attached->stages[k].id == id)
				return &attached->stages[k];
	}
	return NULL;
}

static void set_rate(json_t *row, const struct xdplab_attached *now,
		     const struct view_past *past)
{
	const struct xdplab_attached *then =
		past->iface ? find_attached(past->iface, now->id) : NULL;
	uint64_t packets, ns;

	if (!then)
		return;
	packets = now->run_cnt - then->run_cnt;
	ns = now->run_time_ns - then->run_time_ns;
	if (!packets && !past->kernel_counts)
		return; /* nobody has counted */
	set(row, "pps", json_real(packets / past->seconds));
	if (packets)
		set(row, "ns_per_packet", json_real((double)ns / packets));
}

/* A change of the chain takes none of a stage's counts back; somebody else who
 * writes to their map may. */
static void set_stage_rate(json_t *row, const struct xdplab_stage *now,
			   const struct view_past *past)
{
	const struct xdplab_stage *then =
		past->iface ? find_stage(past->iface, now->id) : NULL;
	struct counter packets[NR_VERDICTS] = { 0 };
	struct counter bytes[NR_VERDICTS] = { 0 };

	if (!then || !now->counted || !then->counted)
		return;
	counters_see(packets, then->packets, NR_VERDICTS, 0);
	counters_see(bytes, then->bytes, NR_VERDICTS, 0);
	if (counters_see(packets, now->packets, NR_VERDICTS, past->seconds) &&
	    counters_see(bytes, now->bytes, NR_VERDICTS, past->seconds))
		view_set_rates(row, packets, bytes);
}

/* ---- all of it ---- */

/* Of a chain of one stage: what the stage tells more than the program. */
static void add_only_stage(json_t *row, json_t *stage)
{
	json_object_del(stage, "stage");
	json_object_del(stage, "group");
	json_object_update_missing(row, stage);
	json_decref(stage);
}

static json_t *rated_stage(const struct xdplab_iface *iface,
			   const struct xdplab_attached *attached, size_t index,
			   const struct view_past *past)
{
	json_t *row = stage_row(iface, attached, index);

	set_stage_rate(row, &attached->stages[index], past);
	return row;
}

static void show_stages(const struct view *view, struct out *out,
			const struct xdplab_iface *iface,
			const struct xdplab_attached *attached,
			const struct view_past *past)
{
	bool grouped = attached->stages[attached->nr_stages - 1].group;

	for (size_t i = 0; i < attached->nr_stages; i++) {
		json_t *row = rated_stage(iface, attached, i, past);

		if (!view->json && !grouped)
			json_object_del(row, "group");
		out_row(out, row);
	}
}

static void show_attached(const struct view *view, struct out *out,
			  const struct xdplab_iface *iface,
			  const struct xdplab_attached *attached,
			  const struct view_past *past)
{
	bool one_line = !view->json && attached->nr_stages == 1;
	json_t *row = attached_row(iface, attached);

	set_rate(row, attached, past);
	if (!view->json && attached->nr_stages)
		json_object_del(row, "map_ids"); /* each stage shows its own */
	if (one_line)
		add_only_stage(row, rated_stage(iface, attached, 0, past));
	out_row(out, row);
	if (attached->nr_stages && !one_line)
		show_stages(view, out, iface, attached, past);
}

void view_iface(const struct view *view, struct out *out,
		const struct xdplab_iface *iface, const struct view_past *past)
{
	bool any = false;

	for (size_t i = 0; i < iface->nr_attached; i++) {
		const struct xdplab_attached *attached = &iface->attached[i];

		if (view->mode && attached->mode != view->mode)
			continue;
		show_attached(view, out, iface, attached, past);
		any = true;
	}
	if (!any)
		out_row(out, iface_row(iface));
}

/* ---- one stage ---- */

static bool is_called(const struct xdplab_stage *stage, const char *name)
{
	char id[16];

	snprintf(id, sizeof(id), "%" PRIu32, stage->id);
	return !strcmp(name, stage->name) || !strcmp(name, id);
}

const struct xdplab_stage *view_find_stage(const struct xdplab_status *status,
					   uint32_t chain_id, const char *name,
					   size_t *place)
{
	const struct xdplab_iface *iface = xdplab_status_iface(status, 0);

	for (size_t i = 0; iface && i < iface->nr_attached; i++) {
		const struct xdplab_attached *attached = &iface->attached[i];

		for (size_t k = 0;
		     attached->id == chain_id && k < attached->nr_stages; k++) {
			if (!is_called(&attached->stages[k], name))
				continue;
			*place = k + 1;
			return &attached->stages[k];
		}
	}
	return NULL;
}
