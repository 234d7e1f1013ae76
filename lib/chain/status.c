// SPDX-License-Identifier: LGPL-2.1-only
/*
 * status - what runs on every interface of a namespace
 *
 * One dump says which programs there are; links and pins are searched once for
 * all of them, and only if there is any.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"
#include "net/attach.h"
#include "net/netns.h"
#include "pin/pin.h"
#include "prog/info.h"
#include "stage-view.h"

/* What the view of one attached program points into. */
struct slot {
	struct info info;
	struct stage_views stages;
	char *pinned;
};

struct entry {
	struct attach_state state;
	struct xdplab_iface view;
	struct xdplab_attached attached[NR_MODES];
	struct slot *slots; /* as many as attached, or NULL for none */
};

struct xdplab_status {
	struct entry *entries;
	size_t nr, room;
};

/* ---- the dump ---- */

static int add_entry(const struct attach_state *state, void *arg)
{
	struct xdplab_status *status = arg;

	if (status->nr == status->room) {
		size_t room = status->room ? 2 * status->room : 16;
		struct entry *more =
			reallocarray(status->entries, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		status->entries = more;
		status->room = room;
	}
	status->entries[status->nr] = (struct entry){ .state = *state };
	status->nr++;
	return 0;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return left->state.ifindex < right->state.ifindex ? -1 : 1;
}

static int read_states(struct xdplab_status *status, const char *ifname)
{
	struct attach_state state = { 0 };
	int err;

	if (!ifname)
		return attach_query(add_entry, status);
	err = attach_read(&state, ifname);
	return err ? err : add_entry(&state, status);
}

/* ---- programs ---- */

static void view_attached(struct xdplab_attached *view, struct slot *slot)
{
	view->name = slot->info.name;
	memcpy(view->tag, slot->info.tag, sizeof(view->tag));
	view->map_ids = slot->info.map_ids;
	view->nr_map_ids = slot->info.nr_map_ids;
	view->loaded_at = slot->info.loaded_at;
	view->uid = slot->info.uid;
	view->jited = slot->info.jited;
	view->run_cnt = slot->info.run_cnt;
	view->run_time_ns = slot->info.run_time_ns;
}

static void read_program(struct xdplab_attached *view, struct slot *slot,
			 const struct pin_home *home)
{
	int fd;

	if (!stage_views_read(&slot->stages, home, view->id)) {
		view->stages = slot->stages.views;
		view->nr_stages = slot->stages.nr;
	}
	fd = bpf_prog_get_fd_by_id(view->id);
	if (fd >= 0) {
		/* The kernel has cut the name of a chain's only stage. */
		info_read(&slot->info, fd,
			  view->nr_stages ? view->stages[0].name : NULL);
		close(fd);
	}
	view_attached(view, slot);
}

static int read_programs(struct entry *entry, uint64_t cookie)
{
	const struct pin_home home = { cookie, entry->state.ifindex };
	size_t nr = 0;

	for (int mode = 0; mode < NR_MODES; mode++) {
		if (!entry->state.ids[mode])
			continue;
		entry->attached[nr].mode = mode;
		entry->attached[nr].id = entry->state.ids[mode];
		nr++;
	}
	if (!nr)
		return 0;
	entry->slots = calloc(nr, sizeof(*entry->slots));
	if (!entry->slots)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		read_program(&entry->attached[i], &entry->slots[i], &home);
	entry->view.nr_attached = nr;
	return 0;
}

/* ---- links and pins ---- */

/* Calls `fn` with every attached program and its slot. */
static void each_attached(struct xdplab_status *status,
			  void (*fn)(const struct entry *entry,
				     struct xdplab_attached *view,
				     struct slot *slot, const void *arg),
			  const void *arg)
{
	for (size_t i = 0; i < status->nr; i++) {
		struct entry *entry = &status->entries[i];

		for (size_t k = 0; k < entry->view.nr_attached; k++)
			fn(entry, &entry->attached[k], &entry->slots[k], arg);
	}
}

/*
 * Links know no namespace: one of the same index and program elsewhere fits,
 * too.  To tell them apart takes a change by netlink, as a swap tries it, and of
 * what is attached by netlink that tells all who listen; so we do not ask.
 */
static void set_link(const struct entry *entry, struct xdplab_attached *view,
		     struct slot *slot, const void *arg)
{
	const struct attach_link *link = arg;

	(void)slot;
	if (link->ifindex == entry->state.ifindex && link->prog_id == view->id)
		view->link_id = link->id;
}

static int on_xdp_link(const struct attach_link *link, void *arg)
{
	each_attached(arg, set_link, link);
	return 0;
}

struct pinned {
	const char *path;
	enum pin_kind kind;
	uint32_t id;
};

static void set_pinned(const struct entry *entry, struct xdplab_attached *view,
		       struct slot *slot, const void *arg)
{
	const struct pinned *pin = arg;

	(void)entry;
	if (!slot->pinned &&
	    pin->id == (pin->kind == PIN_LINK ? view->link_id : view->id))
		slot->pinned = strdup(pin->path);
	view->pinned = slot->pinned;
}

static void on_pin(const char *path, enum pin_kind kind, uint32_t id, void *arg)
{
	struct pinned pin = { path, kind, id };

	if (kind != PIN_MAP)
		each_attached(arg, set_pinned, &pin);
}

/* ---- the whole ---- */

static int read_all(struct xdplab_status *status, const char *ifname)
{
	size_t nr_attached = 0;
	uint64_t cookie = 0;
	int err;

	err = read_states(status, ifname);
	if (!err)
		err = netns_cookie(&cookie);
	for (size_t i = 0; !err && i < status->nr; i++) {
		err = read_programs(&status->entries[i], cookie);
		nr_attached += status->entries[i].view.nr_attached;
	}
	if (err || !nr_attached)
		return err;
	attach_links(on_xdp_link, status); /* without the right: none seen */
	pin_find(on_pin, status);
	return 0;
}

int xdplab_status_read(struct xdplab_status **out, const char *ifname)
{
	struct xdplab_status *status = calloc(1, sizeof(*status));
	int err = status ? read_all(status, ifname) : -ENOMEM;

	if (err == -ENOMEM)
		fail(err, "status: out of memory");
	if (err) {
		xdplab_status_free(status);
		return err;
	}
	if (status->nr)
		qsort(status->entries, status->nr, sizeof(*status->entries),
		      compare_entries);
	for (size_t i = 0; i < status->nr; i++) {
		struct entry *entry = &status->entries[i];

		entry->view.ifindex = entry->state.ifindex;
		entry->view.ifname = entry->state.ifname;
		entry->view.mtu = entry->state.mtu;
		entry->view.up = entry->state.up;
		entry->view.attached = entry->attached;
	}
	*out = status;
	return 0;
}

size_t xdplab_status_count(const struct xdplab_status *status)
{
	return status->nr;
}

const struct xdplab_iface *
xdplab_status_iface(const struct xdplab_status *status, size_t index)
{
	return index < status->nr ? &status->entries[index].view : NULL;
}

void xdplab_status_free(struct xdplab_status *status)
{
	if (!status)
		return;
	for (size_t i = 0; i < status->nr; i++) {
		struct entry *entry = &status->entries[i];

		for (size_t k = 0; k < entry->view.nr_attached; k++) {
			stage_views_free(&entry->slots[k].stages);
			free(entry->slots[k].pinned);
		}
		free(entry->slots);
	}
	free(status->entries);
	free(status);
}

int xdplab_stats_enable(void)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd == -EPERM)
		return fail_permission(fd, "run statistics", "enable them");
	if (fd < 0) {
		fail(fd, "run statistics: %s", strerror(-fd));
		return advise(fd,
			      "sysctl kernel.bpf_stats_enabled=1 enables them "
			      "permanently");
	}
	return fd;
}
