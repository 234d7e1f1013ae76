// SPDX-License-Identifier: LGPL-2.1-only
/* unload - takes programs off an interface, and asks whether they are gone */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"

static bool named(const struct change *change, uint32_t id, const char *name)
{
	struct info info = { 0 };
	struct pin_stage stage;

	if (!pin_stage_read(&stage, change->cookie, change->state.ifindex,
			    id) &&
	    !strcmp(stage.name, name))
		return true;
	return !info_read_id(&info, id) && !strcmp(info.name, name);
}

/* Whether the program that runs in `mode` is one to take off. */
static bool chosen(const struct change *change, enum xdplab_mode mode,
		   const struct xdplab_unload_opts *opts)
{
	uint32_t id = change->state.ids[mode];
	enum xdplab_mode only = OPT(opts, mode);

	if (!id || (only && only != mode))
		return false;
	if (OPT(opts, id))
		return id == OPT(opts, id);
	return !OPT(opts, name) || named(change, id, OPT(opts, name));
}

static int detach_failed(const struct change *change, uint32_t id, int err)
{
	const char *words = netlink_reason();

	if (err == -EPERM)
		return fail_permission(err, change->ifname, "detach programs");
	return fail(err, "%s: program %u cannot be taken off: %s",
		    change->ifname, id, *words ? words : strerror(-err));
}

static int detach_by(const struct change *change, enum xdplab_mode mode,
		     uint32_t id, int prog_fd)
{
	uint32_t ifindex = change->state.ifindex;
	int link_fd = attach_link_find(ifindex, mode, id, prog_fd);
	int err;

	if (link_fd == -ENOENT)
		return attach_set(ifindex, mode, -1, prog_fd);
	if (link_fd < 0)
		return link_fd;
	err = bpf_link_detach(link_fd);
	close(link_fd);
	return err;
}

static int detach(struct change *change, enum xdplab_mode mode)
{
	uint32_t id = change->state.ids[mode];
	int prog_fd = bpf_prog_get_fd_by_id(id);
	int err = 0;

	if (prog_fd >= 0) {
		err = detach_by(change, mode, id, prog_fd);
		close(prog_fd);
	} else if (prog_fd != -ENOENT) { /* gone by itself */
		err = prog_fd;
	}
	if (err)
		return detach_failed(change, id, err);

	/* The kernel has been seen to say yes and leave it there. */
	memset(change->state.ids, 0, sizeof(change->state.ids));
	err = attach_reread(&change->state);
	if (!err && change->state.ids[mode] == id)
		return fail(-EBUSY, "%s: program %u is still attached",
			    change->ifname, id);
	return err == -ENODEV ? 0 : err;
}

static int none_chosen(const struct change *change,
		       const struct xdplab_unload_opts *opts)
{
	if (OPT(opts, id))
		fail(-ENOENT, "%s: program %u is not attached there",
		     change->ifname, OPT(opts, id));
	else if (OPT(opts, name))
		fail(-ENOENT, "%s: no program %s is attached there",
		     change->ifname, OPT(opts, name));
	else if (OPT(opts, mode))
		fail(-ENOENT, "%s: no XDP program is attached there in %s mode",
		     change->ifname, xdplab_mode_name(OPT(opts, mode)));
	else
		return fail(-ENOENT, "%s: no XDP program is attached there",
			    change->ifname);
	return advise(-ENOENT, "`xdplab status %s` shows what is",
		      change->ifname);
}

static int unload_from(struct change *change, unsigned int *removed,
		       const struct xdplab_unload_opts *opts)
{
	enum xdplab_mode modes[NR_MODES];
	unsigned int nr = 0;
	int err = 0;

	for (int mode = 0; mode < NR_MODES; mode++)
		if (chosen(change, mode, opts))
			modes[nr++] = mode;
	if (!nr)
		return none_chosen(change, opts);
	if (nr > 1 && !OPT(opts, all)) {
		fail(-ENOTUNIQ, "%s: %u programs are attached there",
		     change->ifname, nr);
		return advise(-ENOTUNIQ, "choose one with --id or --mode, or "
					 "take --all off");
	}
	change_hold_signals(change);
	for (unsigned int i = 0; !err && i < nr; i++)
		err = detach(change, modes[i]);
	if (!err && removed)
		*removed = nr;
	return err;
}

int xdplab_chain_unload(const char *ifname, unsigned int *removed,
			const struct xdplab_unload_opts *opts)
{
	struct change change;
	int err = OPTS_DEFECT(opts);

	if (!err)
		err = change_begin(&change, ifname, OPT(opts, timeout_ms));
	if (err)
		return err;
	err = unload_from(&change, removed, opts);
	change_end(&change, err, NULL, NULL);
	return err;
}
