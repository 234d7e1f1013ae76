// SPDX-License-Identifier: LGPL-2.1-only
/*
 * probe - tries what the kernel does for BPF, by doing it
 *
 * Versions and configurations lie: distributions backport, and security
 * modules refuse.  Programs are two or three instructions by hand, so that
 * neither a compiler nor a file is needed.
 */
#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>

#include "doctor.h"
#include "internal.h"
#include "prog/prog.h"

#define LOOPBACK_IFINDEX 1 /* in every network namespace */

#define PROG_NAME "xdplab_probe"
#define LICENSE	  "GPL"

#define SET_R0(value)                                                          \
	{                                                                      \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = (value)            \
	}
#define CALL(helper)                                                           \
	{                                                                      \
		.code = BPF_JMP | BPF_CALL, .imm = (helper)                    \
	}
#define EXIT                                                                   \
	{                                                                      \
		.code = BPF_JMP | BPF_EXIT                                     \
	}

int probe_load(bool frags)
{
	const struct bpf_insn insns[] = { SET_R0(XDP_DROP), EXIT };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .prog_flags = frags ? BPF_F_XDP_HAS_FRAGS : 0);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, PROG_NAME, LICENSE, insns,
			     ARRAY_SIZE(insns), &opts);
}

bool probe_jited(int prog_fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(prog_fd, &info, &size) &&
	       info.jited_prog_len;
}

int probe_run(int prog_fd, bool live_frames)
{
	const char packet[ETH_ZLEN] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
		    .data_size_in = sizeof(packet), .repeat = 1,
		    .flags = live_frames ? BPF_F_TEST_XDP_LIVE_FRAMES : 0);

	return bpf_prog_test_run_opts(prog_fd, &opts);
}

/* The loopback has no native mode, so this never attaches: a kernel that knows
 * XDP links says so, or that a program is there; one that does not takes it
 * for an invalid argument. */
int probe_link(int prog_fd)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int fd = bpf_link_create(prog_fd, LOOPBACK_IFINDEX, BPF_XDP, &opts);

	if (fd >= 0)
		close(fd);
	return fd == -EINVAL || fd == -EPERM ? fd : 0;
}

/* freplace takes the same way through the kernel as fentry, which needs no
 * second program.  The function is the kernel's own, for tests. */
int probe_trampoline(void)
{
	const struct bpf_insn insns[] = { SET_R0(0), EXIT };
	int target = libbpf_find_vmlinux_btf_id("bpf_fentry_test1",
						BPF_TRACE_FENTRY);
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = target);
	int fd;

	if (target < 0)
		return target;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, PROG_NAME, LICENSE, insns,
			   ARRAY_SIZE(insns), &opts);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* BPF memory went over to cgroups in the release that brought this helper. */
bool probe_memlock(void)
{
	const struct bpf_insn insns[] = {
		CALL(BPF_FUNC_ktime_get_coarse_ns),
		SET_R0(0),
		EXIT,
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, PROG_NAME, LICENSE,
			       insns, ARRAY_SIZE(insns), NULL);

	if (fd < 0)
		return true;
	close(fd);
	return false;
}
