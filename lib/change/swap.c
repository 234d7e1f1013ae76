// SPDX-License-Identifier: LGPL-2.1-only
/*
 * swap - the one step of a change that counts: attach, replace, detach
 *
 * The kernel makes it atomic, and compares with what the change has seen there.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "change.h"
#include "net/attach.h"
#include "net/netlink.h"
#include "pin/pin.h"

/* Why netlink has refused something; links are refused without words. */
static const char *netlink_words(int err)
{
	const char *words = netlink_reason();

	return *words ? words : strerror(-err);
}

/* ---- attach, replace ---- */

static int attach_failed(const struct swap *swap, int err, const char *words)
{
	const char *ifname = swap->change->ifname;

	switch (err) {
	case -EPERM:
		return fail_permission(err, ifname, "attach programs");
	case -EBUSY:
	case -EEXIST:
		fail(-EBUSY, "%s: the program was changed concurrently: %s",
		     ifname, words);
		return advise(-EBUSY, "see `xdplab status %s`", ifname);
	case -EOPNOTSUPP:
		fail(err, "%s: not possible in %s mode: %s", ifname,
		     xdplab_mode_name(swap->mode), words);
		break;
	case -ENODEV:
		return fail(err, "%s: the interface has disappeared", ifname);
	default:
		fail(err, "%s: cannot attach in %s mode: %s", ifname,
		     xdplab_mode_name(swap->mode), words);
	}
	if (swap->mode == XDPLAB_MODE_SKB)
		return err;
	return advise(err,
		      "see `xdplab doctor %s`; skb mode works with any "
		      "interface",
		      ifname);
}

static int create_link(const struct swap *swap, int *link_fd)
{
	int fd = attach_link_create(swap->change->state.ifindex, swap->mode,
				    swap->fd);

	if (fd < 0)
		return attach_failed(swap, fd, strerror(-fd));
	*link_fd = fd;
	return 0;
}

/* Where memory is short the kernel's answer may get lost; so without its words
 * on an error, what counts is what runs. */
static int set_program(const struct swap *swap, int expected_fd)
{
	struct attach_state now = { .ifindex = swap->change->state.ifindex };
	int err = attach_set(now.ifindex, swap->mode, swap->fd, expected_fd);
	struct error kept;

	if (!err)
		return 0;
	err = attach_failed(swap, err, netlink_words(err));
	if (*netlink_reason())
		return err;
	error_keep(&kept);
	if (!attach_reread(&now) && now.ids[swap->mode] == swap->id)
		err = 0;
	error_restore(&kept);
	return err;
}

/* In one mode; by a link, if there is to be one, of which this is the only
 * descriptor. */
static int attach_once(const struct swap *swap, int *link_fd)
{
	return swap->link ? create_link(swap, link_fd) : set_program(swap, -1);
}

/* Native, or skb where the driver or its settings do not allow native. */
static int attach_auto(struct swap *swap, int *link_fd)
{
	int err;

	swap->mode = XDPLAB_MODE_NATIVE;
	err = attach_once(swap, link_fd);
	if (!err || err == -EPERM || err == -EBUSY || err == -ENODEV)
		return err;
	/* That a driver has no native mode is no news; that it has one which
	 * was refused is. */
	note(err == -EOPNOTSUPP ? XDPLAB_LOG_INFO : XDPLAB_LOG_WARN,
	     "%s: using skb mode, native mode failed: %s", swap->change->ifname,
	     swap->link ? strerror(-err) : netlink_words(err));
	swap->mode = XDPLAB_MODE_SKB;
	return attach_once(swap, link_fd);
}

static int attach_new(struct swap *swap)
{
	int err, link_fd = -1;

	if (swap->mode == XDPLAB_MODE_AUTO)
		err = attach_auto(swap, &link_fd);
	else
		err = attach_once(swap, &link_fd);
	if (link_fd < 0)
		return err;
	/* Until the pin holds it, the link ends with this process. */
	err = pin_link(&swap->change->home, PIN_OWN_LINK, link_fd);
	close(link_fd);
	return err;
}

/* A link that another process holds goes when that process goes. */
static int keep_link(const struct swap *swap, int link_fd)
{
	const struct change *change = swap->change;

	if (change->lock >= 0 && pin_holds_link(&change->home, link_fd))
		return 0;
	if (swap->link)
		return pin_link(&change->home, PIN_FOREIGN_LINK, link_fd);
	note(XDPLAB_LOG_WARN,
	     "%s: the bpf_link belongs to another process or pin and the chain "
	     "goes when it does; --link pins it",
	     change->ifname);
	return 0;
}

/* For which the kernel has but the error that missing rights have. */
static bool holds_another(int link_fd, uint32_t prog_id)
{
	struct attach_link link;

	return !attach_link_read(&link, link_fd) && link.prog_id != prog_id;
}

static int replace_link(const struct swap *swap, int link_fd, int old_fd)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE,
		    .old_prog_fd = old_fd);
	int err = keep_link(swap, link_fd);

	if (err)
		return err;
	err = bpf_link_update(link_fd, swap->fd, &opts);
	if (err == -EPERM && holds_another(link_fd, swap->old_id))
		err = -EBUSY;
	return err ? attach_failed(swap, err, strerror(-err)) : 0;
}

static int replace_netlink(const struct swap *swap, int old_fd)
{
	const char *ifname = swap->change->ifname;

	if (!swap->link)
		return set_program(swap, old_fd);
	fail(-EBUSY, "%s: cannot switch atomically from netlink to a bpf_link",
	     ifname);
	return advise(-EBUSY, "omit --link, or `xdplab unload %s --all` first",
		      ifname);
}

static int replace_old(const struct swap *swap)
{
	int old_fd = bpf_prog_get_fd_by_id(swap->old_id);
	int link_fd, err;

	if (old_fd < 0)
		return attach_failed(swap, old_fd, strerror(-old_fd));
	link_fd = attach_link_find(swap->change->state.ifindex, swap->mode,
				   swap->old_id, old_fd);
	if (link_fd >= 0)
		err = replace_link(swap, link_fd, old_fd);
	else if (link_fd == -ENOENT)
		err = replace_netlink(swap, old_fd);
	else
		err = fail(link_fd,
			   "%s: cannot find the link of its program: %s",
			   swap->change->ifname, strerror(-link_fd));
	if (link_fd >= 0)
		close(link_fd);
	close(old_fd);
	return err;
}

int swap_do(struct swap *swap)
{
	int err = swap->old_id ? replace_old(swap) : attach_new(swap);

	if (!err)
		swap->change->state.ids[swap->mode] = swap->id;
	return err;
}

/* ---- detach ---- */

static int detach_failed(const struct change *change, uint32_t id, int err,
			 const char *words)
{
	if (err == -EPERM)
		return fail_permission(err, change->ifname, "detach programs");
	return fail(err, "%s: cannot detach program %u: %s", change->ifname, id,
		    words);
}

static int detach_by(const struct change *change, enum xdplab_mode mode,
		     uint32_t id, int prog_fd)
{
	uint32_t ifindex = change->state.ifindex;
	int link_fd = attach_link_find(ifindex, mode, id, prog_fd);
	int err = link_fd;

	if (link_fd == -ENOENT) {
		err = attach_set(ifindex, mode, -1, prog_fd);
		return err ? detach_failed(change, id, err, netlink_words(err))
			   : 0;
	}
	if (link_fd >= 0) {
		err = bpf_link_detach(link_fd);
		close(link_fd);
	}
	return err ? detach_failed(change, id, err, strerror(-err)) : 0;
}

int swap_detach(struct change *change, enum xdplab_mode mode)
{
	uint32_t id = change->state.ids[mode];
	int prog_fd = bpf_prog_get_fd_by_id(id);
	int err = 0;

	if (prog_fd >= 0) {
		err = detach_by(change, mode, id, prog_fd);
		close(prog_fd);
	} else if (prog_fd != -ENOENT) { /* gone by itself */
		err = detach_failed(change, id, prog_fd, strerror(-prog_fd));
	}
	if (err)
		return err;

	/* The kernel has been seen to say yes and leave it there. */
	memset(change->state.ids, 0, sizeof(change->state.ids));
	err = attach_reread(&change->state);
	if (!err && change->state.ids[mode] == id)
		return fail(-EBUSY, "%s: program %u is still attached",
			    change->ifname, id);
	change->gone = err == -ENODEV;
	return change->gone ? 0 : err;
}
