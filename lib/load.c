// SPDX-License-Identifier: LGPL-2.1-only
/*
 * load - puts a program on an interface: plan, load, publish, swap
 *
 * Whatever fails on the way, what ran before runs on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "internal.h"

/* ---- plan: what is there, and may it be replaced ---- */

static enum xdplab_mode running_mode(const struct attach_state *state,
				     enum xdplab_mode wanted)
{
	if (wanted == XDPLAB_MODE_HW)
		return state->ids[XDPLAB_MODE_HW] ? XDPLAB_MODE_HW : 0;
	if (state->ids[XDPLAB_MODE_NATIVE])
		return XDPLAB_MODE_NATIVE;
	return state->ids[XDPLAB_MODE_SKB] ? XDPLAB_MODE_SKB : 0;
}

static int occupied(const struct change *change, enum xdplab_mode mode)
{
	uint32_t id = change->state.ids[mode];
	struct info info = { .name = "?" };
	struct pin_stage stage;

	info_read_id(&info, id);
	if (!pin_stage_read(&stage, change->cookie, change->state.ifindex, id))
		snprintf(info.name, sizeof(info.name), "%s", stage.name);
	fail(-EBUSY, "%s: program %s (id %u) runs there in %s mode",
	     change->ifname, info.name, id, xdplab_mode_name(mode));
	return advise(-EBUSY,
		      "`xdplab unload %s` takes it off, `load --force` "
		      "replaces it",
		      change->ifname);
}

/* What is to be swapped against what. */
struct swap {
	struct change *change;
	struct xdplab_prog *prog;
	enum xdplab_mode mode; /* auto: native, else skb */
	uint32_t old_id;       /* 0: nothing runs */
	bool link;
};

static int swap_plan(struct swap *swap, const struct xdplab_load_opts *opts)
{
	const struct change *change = swap->change;
	enum xdplab_mode wanted = OPT(opts, mode);
	enum xdplab_mode running = running_mode(&change->state, wanted);

	swap->link = OPT(opts, link);
	swap->mode = wanted;
	if (!running)
		return 0;
	if (change->state.ids[running] == xdplab_prog_id(swap->prog))
		return fail(-EALREADY, "%s: %s is attached there already",
			    change->ifname, xdplab_prog_name(swap->prog));
	if (!OPT(opts, force))
		return occupied(change, running);
	if (wanted && wanted != running) {
		fail(-EBUSY, "%s: runs in %s mode, asked for %s",
		     change->ifname, xdplab_mode_name(running),
		     xdplab_mode_name(wanted));
		return advise(-EBUSY,
			      "a swap keeps the mode; `xdplab unload "
			      "%s` first to change it",
			      change->ifname);
	}
	swap->mode = running;
	swap->old_id = change->state.ids[running];
	return 0;
}

/* ---- swap ---- */

static int attach_failed(const struct swap *swap, int err)
{
	const char *ifname = swap->change->ifname;
	const char *words = netlink_reason();

	if (!*words)
		words = strerror(-err);
	switch (err) {
	case -EPERM:
		return fail_permission(err, ifname, "attach programs");
	case -EBUSY:
	case -EEXIST:
		fail(-EBUSY, "%s: another program came meanwhile: %s", ifname,
		     words);
		return advise(-EBUSY, "`xdplab status %s` shows it", ifname);
	case -EOPNOTSUPP:
		fail(err, "%s: not possible in %s mode: %s", ifname,
		     xdplab_mode_name(swap->mode), words);
		break;
	case -ENODEV:
		return fail(err, "%s: the interface has gone", ifname);
	default:
		fail(err, "%s: cannot attach in %s mode: %s", ifname,
		     xdplab_mode_name(swap->mode), words);
	}
	if (swap->mode == XDPLAB_MODE_SKB)
		return err;
	return advise(err,
		      "`xdplab doctor %s` says what the interface can do; "
		      "skb mode works with any",
		      ifname);
}

static int attach_by_link(const struct swap *swap)
{
	const struct change *change = swap->change;
	int fd, err;

	fd = attach_link_create(change->state.ifindex, swap->mode,
				xdplab_prog_fd(swap->prog));
	if (fd < 0)
		return attach_failed(swap, fd);
	/* Until the pin holds it, the link ends with this process. */
	err = pin_link(change->cookie, change->state.ifindex, fd);
	close(fd);
	return err;
}

static int attach_new(const struct swap *swap)
{
	int err;

	if (swap->link)
		return attach_by_link(swap);
	err = attach_set(swap->change->state.ifindex, swap->mode,
			 xdplab_prog_fd(swap->prog), -1);
	return err ? attach_failed(swap, err) : 0;
}

/* Native, or skb where the driver or its settings do not allow native. */
static int attach_auto(struct swap *swap)
{
	int err;

	swap->mode = XDPLAB_MODE_NATIVE;
	err = attach_new(swap);
	if (!err || err == -EPERM || err == -EBUSY || err == -ENODEV)
		return err;
	/* That a driver has no native mode is no news; that it has one which
	 * was refused is. */
	note(err == -EOPNOTSUPP ? XDPLAB_LOG_INFO : XDPLAB_LOG_WARN,
	     "%s: in skb mode, for native mode was refused: %s",
	     swap->change->ifname, netlink_reason());
	swap->mode = XDPLAB_MODE_SKB;
	return attach_new(swap);
}

/* A link that another process holds goes when that process goes. */
static int keep_link(const struct swap *swap, int link_fd)
{
	const struct change *change = swap->change;

	if (change->lock >= 0 &&
	    pin_has_link(change->cookie, change->state.ifindex))
		return 0;
	if (swap->link)
		return pin_link(change->cookie, change->state.ifindex, link_fd);
	note(XDPLAB_LOG_WARN,
	     "%s: held by a link of another process or pin, and gone with it; "
	     "--link pins it",
	     change->ifname);
	return 0;
}

static int replace_link(const struct swap *swap, int link_fd, int old_fd)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE,
		    .old_prog_fd = old_fd);
	int err = keep_link(swap, link_fd);

	if (err)
		return err;
	err = bpf_link_update(link_fd, xdplab_prog_fd(swap->prog), &opts);
	return err ? attach_failed(swap, err) : 0;
}

static int replace_netlink(const struct swap *swap, int old_fd)
{
	const struct change *change = swap->change;
	int err;

	if (swap->link) {
		fail(-EBUSY,
		     "%s: a program attached by netlink cannot become "
		     "a link's in one step",
		     change->ifname);
		return advise(-EBUSY,
			      "leave --link out, or `xdplab unload %s` "
			      "first",
			      change->ifname);
	}
	err = attach_set(change->state.ifindex, swap->mode,
			 xdplab_prog_fd(swap->prog), old_fd);
	return err ? attach_failed(swap, err) : 0;
}

static int replace_old(const struct swap *swap)
{
	int old_fd = bpf_prog_get_fd_by_id(swap->old_id);
	int link_fd, err;

	if (old_fd < 0)
		return attach_failed(swap, old_fd);
	link_fd = attach_link_find(swap->change->state.ifindex, swap->mode,
				   swap->old_id, old_fd);
	if (link_fd >= 0)
		err = replace_link(swap, link_fd, old_fd);
	else if (link_fd == -ENOENT)
		err = replace_netlink(swap, old_fd);
	else
		err = fail(link_fd,
			   "%s: cannot tell which link holds its "
			   "program: %s",
			   swap->change->ifname, strerror(-link_fd));
	if (link_fd >= 0)
		close(link_fd);
	close(old_fd);
	return err;
}

static int do_swap(struct swap *swap)
{
	if (swap->old_id)
		return replace_old(swap);
	if (swap->mode == XDPLAB_MODE_AUTO)
		return attach_auto(swap);
	return attach_new(swap);
}

/* ---- load ---- */

static int publish(const struct swap *swap, const struct xdplab_load_opts *opts)
{
	const struct change *change = swap->change;
	struct pin_stage stage = {
		.prio = OPT(opts, has_prio) ? OPT(opts, prio)
					    : XDPLAB_PRIO_DEFAULT,
		.actions = OPT(opts, has_actions) ? OPT(opts, actions)
						  : XDPLAB_ACTIONS_DEFAULT,
		.loaded_at = time(NULL),
	};
	const char *root;
	char *full_path;

	if (change->lock < 0) /* a link must be pinned, all else need not */
		return swap->link ? pin_root(&root) : 0;
	snprintf(stage.name, sizeof(stage.name), "%s",
		 xdplab_prog_name(swap->prog));
	snprintf(stage.section, sizeof(stage.section), "%s",
		 xdplab_prog_section(swap->prog));
	full_path = realpath(xdplab_prog_path(swap->prog), NULL);
	snprintf(stage.path, sizeof(stage.path), "%s",
		 full_path ?: xdplab_prog_path(swap->prog));
	free(full_path);
	return pin_publish(change->cookie, change->state.ifindex,
			   xdplab_prog_id(swap->prog), &stage);
}

static int publish_and_swap(struct swap *swap,
			    const struct xdplab_load_opts *opts)
{
	struct change *change = swap->change;
	int err = publish(swap, opts);

	if (!err)
		err = do_swap(swap);
	if (err)
		return err;
	change->state.ids[swap->mode] = xdplab_prog_id(swap->prog);
	if (change->lock < 0)
		note(XDPLAB_LOG_WARN,
		     "no bpffs is mounted, so nothing is remembered of %s; "
		     "mount -t bpf bpf /sys/fs/bpf",
		     xdplab_prog_name(swap->prog));
	return 0;
}

static int load_into(struct change *change, struct xdplab_prog *prog,
		     struct xdplab_load_result *result,
		     const struct xdplab_load_opts *opts)
{
	struct swap swap = { .change = change, .prog = prog };
	bool dry_run = OPT(opts, dry_run), ours = !xdplab_prog_id(prog);
	int err;

	err = swap_plan(&swap, opts);
	if (!err && ours)
		err = xdplab_prog_load(prog, swap.mode == XDPLAB_MODE_HW
						     ? change->state.ifindex
						     : 0);
	if (err)
		return err;
	change_hold_signals(change);
	if (!dry_run)
		err = publish_and_swap(&swap, opts);
	if (ours && (err || dry_run))
		prog_take_back(prog);
	if (err || !result)
		return err;
	*result = (struct xdplab_load_result){
		.mode = swap.mode,
		.prog_id = xdplab_prog_id(prog),
		.replaced_id = dry_run ? 0 : swap.old_id,
		.published = change->lock >= 0 && !dry_run,
	};
	return 0;
}

int xdplab_chain_load(const char *ifname, struct xdplab_prog *prog,
		      struct xdplab_load_result *result,
		      const struct xdplab_load_opts *opts)
{
	struct change change;
	int err = OPTS_DEFECT(opts);

	if (!err)
		err = change_begin(&change, ifname, OPT(opts, timeout_ms));
	if (err)
		return err;
	err = load_into(&change, prog, result, opts);
	change_end(&change, err, NULL, NULL);
	return err;
}
