// SPDX-License-Identifier: LGPL-2.1-only
/* stage-view - the stages of a chain, as those who look at it see them */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/info.h"
#include "stage-view.h"

const char *xdplab_stage_how_name(enum xdplab_stage_how how)
{
	static const char *const names[] = {
		[XDPLAB_STAGE_INLINED] = "inlined",
		[XDPLAB_STAGE_CALLED] = "called",
		[XDPLAB_STAGE_TAIL_CALLED] = "tail-called",
	};

	return how < ARRAY_SIZE(names) ? names[how] : "?";
}

static void view_mark(struct xdplab_stage *view, struct info *info)
{
	if (info_read_id(info, view->id))
		return;
	view->tag = info->tag;
	view->map_ids = info->map_ids;
	view->nr_map_ids = info->nr_map_ids;
}

static void view(struct xdplab_stage *view, const struct pin_stage *kept,
		 struct info *info, const struct counts *counts)
{
	*view = (struct xdplab_stage){
		.name = kept->name,
		.id = kept->id,
		.prio = kept->prio,
		.actions = kept->actions,
		.section = kept->section,
		.path = kept->path,
		.loaded_at = kept->loaded_at,
		.adopted = kept->flags & PIN_STAGE_ADOPTED,
		.how = kept->how,
		.why = fuse_why_text(kept->why),
		.group = kept->group,
		.tag = "",
	};
	view->counted =
		kept->counter != FUSE_UNCOUNTED &&
		counts_read(counts, kept->counter, view->packets, view->bytes);
	view_mark(view, info);
}

static void view_all(struct stage_views *stages, const struct pin_home *home)
{
	struct counts counts = { 0 };
	struct error kept;

	error_keep(&kept); /* without counters the rest is still worth seeing */
	if (!counts_open(&counts, home))
		counts_view(&counts);
	for (size_t i = 0; i < stages->nr; i++)
		view(&stages->views[i], &stages->kept[i], &stages->infos[i],
		     &counts);
	counts_close(&counts);
	error_restore(&kept);
}

int stage_views_read(struct stage_views *stages, const struct pin_home *home,
		     uint32_t prog_id)
{
	struct pin_home found = *home;
	struct stage_views read = { 0 };
	int err = pin_chain_find(&found, prog_id);

	if (!err)
		err = pin_chain_read(&read.kept, &read.nr, &found, prog_id);
	if (err)
		return err;
	read.views = calloc(read.nr, sizeof(*read.views));
	read.infos = calloc(read.nr, sizeof(*read.infos));
	if (!read.views || !read.infos) {
		stage_views_free(&read);
		return -ENOMEM;
	}
	view_all(&read, &found);
	*stages = read;
	return 0;
}

void stage_views_free(struct stage_views *stages)
{
	free(stages->views);
	free(stages->kept);
	free(stages->infos);
	*stages = (struct stage_views){ 0 };
}
