// SPDX-License-Identifier: LGPL-2.1-only
/*
 * doctor - what the kernel does for XDP, and what the caller may
 *
 * configure builds this before there is a library: it needs little of it, and
 * no other library than libbpf.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "doctor.h"
#include "internal.h"
#include "pin/pin.h"

#define VMLINUX_BTF "/sys/kernel/btf/vmlinux"
#define SECURITYFS  "/sys/kernel/security"
#define LOCKDOWN    SECURITYFS "/lockdown"
#define STATS	    "/proc/sys/kernel/bpf_stats_enabled"

/* ---- findings ---- */

void finding_set(struct finding *f, enum xdplab_health health, const char *fmt,
		 ...)
{
	va_list ap;

	f->health = health;
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void finding_cure(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

void finding_tell(const struct finding *f, const char *name, xdplab_check_fn fn,
		  void *arg)
{
	const struct xdplab_check check = {
		.name = name,
		.health = f->health,
		.finding = f->text,
		.remedy = f->remedy,
	};

	if (*f->text)
		fn(&check, arg);
}

/* ---- the caller ---- */

/* What the checks know of each other: each is filled in by the one that found
 * it out. */
struct machine {
	uint64_t caps; /* bits 1 << CAP_* */
	int prog_fd;   /* a loaded XDP program, or the kernel's refusal */
};

static bool has_cap(const struct machine *machine, int cap)
{
	return machine->caps & (1ULL << cap);
}

/* The kernel takes CAP_SYS_ADMIN for the two that were split off from it. */
static bool may(const struct machine *machine, int cap)
{
	return has_cap(machine, cap) ||
	       ((cap == CAP_BPF || cap == CAP_PERFMON) &&
		has_cap(machine, CAP_SYS_ADMIN));
}

static bool may_load(const struct machine *machine)
{
	return has_cap(machine, CAP_SYS_ADMIN) ||
	       (has_cap(machine, CAP_NET_ADMIN) && has_cap(machine, CAP_BPF));
}

/* Reads the line after the first `prefix` in a file of /proc or /sys. */
static int read_line(const char *path, const char *prefix, char *line,
		     size_t size)
{
	FILE *file = fopen(path, "re");
	int err = -ENODATA;

	if (!file)
		return -errno;
	while (err && fgets(line, size, file)) {
		if (strncmp(line, prefix, strlen(prefix)))
			continue;
		memmove(line, line + strlen(prefix),
			strlen(line + strlen(prefix)) + 1);
		line[strcspn(line, "\n")] = '\0';
		err = 0;
	}
	fclose(file);
	return err;
}

static void check_caps(struct finding *f, struct machine *machine)
{
	static const struct {
		int cap;
		const char *name, *use;
	} wanted[] = {
		{ CAP_NET_ADMIN, "CAP_NET_ADMIN", "attaches programs" },
		{ CAP_BPF, "CAP_BPF", "loads programs, makes maps" },
		{ CAP_PERFMON, "CAP_PERFMON", "traces" },
		{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "opens programs by id" },
	};
	char line[256], lacks[256] = "";
	unsigned long long caps = 0;
	size_t length = 0;

	if (!read_line("/proc/thread-self/status", "CapEff:", line,
		       sizeof(line)))
		sscanf(line, "%llx", &caps);
	machine->caps = caps;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!may(machine, wanted[i].cap))
			length +=
				snprintf(lacks + length, sizeof(lacks) - length,
					 "%s%s (%s)", length ? ", " : "",
					 wanted[i].name, wanted[i].use);
	if (!length) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "CAP_NET_ADMIN, CAP_BPF, CAP_PERFMON and "
			    "CAP_SYS_ADMIN, or equivalent");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN, "missing %s", lacks);
	finding_cure(f, "run it as root");
}

static void check_memlock(struct finding *f, struct machine *machine)
{
	struct rlimit limit;

	if (machine->prog_fd < 0 || !probe_memlock() ||
	    getrlimit(RLIMIT_MEMLOCK, &limit) ||
	    limit.rlim_cur == RLIM_INFINITY)
		return;
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "limit of locked memory for maps and programs: %llu KiB",
		    (unsigned long long)limit.rlim_cur / 1024);
	finding_cure(f, "ulimit -l unlimited");
}

/* ---- the kernel ---- */

static void check_kernel(struct finding *f, struct machine *machine)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	(void)machine;
	if (uname(&name))
		return;
	sscanf(name.release, "%u.%u", &major, &minor);
	if (major > 5 || (major == 5 && minor >= 10)) {
		finding_set(f, XDPLAB_HEALTH_OK, "Linux %s, %s", name.release,
			    name.machine);
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN, "Linux %s is older than 5.10",
		    name.release);
	finding_cure(f, "boot a newer kernel");
}

static void check_bpf(struct finding *f, struct machine *machine)
{
	int err;

	machine->prog_fd = probe_load(false);
	err = machine->prog_fd;
	if (err >= 0) {
		finding_set(f, XDPLAB_HEALTH_OK, "XDP programs can be loaded");
	} else if (err == -ENOSYS) {
		finding_set(f, XDPLAB_HEALTH_FAIL,
			    "bpf(2) is not supported, or hidden by a sandbox");
		finding_cure(f, "boot a kernel with CONFIG_BPF_SYSCALL=y");
	} else if (err == -EPERM && !may_load(machine)) {
		finding_set(f, XDPLAB_HEALTH_FAIL,
			    "loading programs requires CAP_NET_ADMIN and "
			    "CAP_BPF");
		finding_cure(f, "run it as root");
	} else if (err == -EPERM) {
		finding_set(
			f, XDPLAB_HEALTH_FAIL,
			"bpf(2) is denied despite the capabilities, by a user "
			"namespace, seccomp or an LSM");
		finding_cure(f, "run it outside the container");
	} else {
		finding_set(f, XDPLAB_HEALTH_FAIL,
			    "XDP programs cannot be loaded: %s",
			    strerror(-err));
	}
}

static void check_jit(struct finding *f, struct machine *machine)
{
	/* Only those who may load programs are told how they were compiled. */
	if (probe_jited(machine->prog_fd)) {
		finding_set(f, XDPLAB_HEALTH_OK, "JIT is enabled");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "JIT is disabled: programs are interpreted, which is "
		    "several times slower");
	finding_cure(f, "sysctl net.core.bpf_jit_enable=1");
}

static void check_btf(struct finding *f, struct machine *machine)
{
	(void)machine;
	if (!access(VMLINUX_BTF, R_OK)) {
		finding_set(f, XDPLAB_HEALTH_OK, VMLINUX_BTF);
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "no " VMLINUX_BTF
		    ": no tracing programs or programs using kernel types");
	finding_cure(f, "boot a kernel with CONFIG_DEBUG_INFO_BTF=y");
}

static void check_bpffs(struct finding *f, struct machine *machine)
{
	const char *root;

	(void)machine;
	if (!pin_root(&root)) {
		finding_set(f, XDPLAB_HEALTH_OK, "mounted at %s", root);
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "%s; nothing can be pinned, and chains have no state",
		    xdplab_error());
	finding_cure(f, "%s", xdplab_remedy());
}

static void check_link(struct finding *f, struct machine *machine)
{
	if (!probe_link(machine->prog_fd)) {
		finding_set(f, XDPLAB_HEALTH_OK, "bpf_link is supported");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "bpf_link is not supported: load --link does not work");
	finding_cure(f, "load without --link");
}

static void check_run(struct finding *f, struct machine *machine)
{
	int err = probe_run(machine->prog_fd, false);

	if (!err) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "BPF_PROG_TEST_RUN is supported");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "BPF_PROG_TEST_RUN is not supported: %s", strerror(-err));
}

static void check_live(struct finding *f, struct machine *machine)
{
	int err = probe_run(machine->prog_fd, true);

	if (!err) {
		finding_set(f, XDPLAB_HEALTH_OK,
			    "BPF_PROG_TEST_RUN with live frames is supported");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "BPF_PROG_TEST_RUN with live frames is not supported: %s",
		    strerror(-err));
	finding_cure(f, "boot Linux 5.18 or later");
}

static void check_frags(struct finding *f, struct machine *machine)
{
	int fd = probe_load(true);

	(void)machine;
	if (fd >= 0) {
		close(fd);
		finding_set(f, XDPLAB_HEALTH_OK,
			    "multi-buffer packets (xdp.frags) are supported");
		return;
	}
	finding_set(f, XDPLAB_HEALTH_WARN,
		    "multi-buffer packets (xdp.frags) are not supported: %s",
		    strerror(-fd));
	finding_cure(f,
		     "boot Linux 5.18 or later, or keep the MTU below a page");
}

static void check_xsk(struct finding *f, struct machine *machine)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		close(fd);
		finding_set(f, XDPLAB_HEALTH_OK, "AF_XDP sockets");
	} else if (errno == EPERM && !may(machine, CAP_NET_RAW)) {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "AF_XDP sockets require CAP_NET_RAW");
		finding_cure(f, "run it as root");
	} else {
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "AF_XDP sockets are not "
			    "supported: %s",
			    strerror(errno));
		finding_cure(f, "boot a kernel with CONFIG_XDP_SOCKETS=y");
	}
}

static void check_trampolines(struct finding *f, struct machine *machine)
{
	int err = probe_trampoline();

	if (!err)
		finding_set(f, XDPLAB_HEALTH_OK,
			    "freplace (libxdp's dispatcher), fentry and fexit "
			    "programs can be loaded");
	else if (err == -EPERM && !may(machine, CAP_PERFMON))
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "not tested: requires CAP_PERFMON");
	else if (err == -EPERM)
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"denied: freplace (libxdp's dispatcher), fentry, fexit "
			"and LSM programs cannot be loaded; xdplab does not "
			"need them");
	else
		finding_set(
			f, XDPLAB_HEALTH_WARN,
			"not supported: freplace (libxdp's dispatcher), "
			"fentry, fexit and LSM programs cannot be loaded (%s); "
			"xdplab does not need them",
			strerror(-err));
}

/* The file lists the states with the one in force in brackets. */
static void check_lockdown(struct finding *f, struct machine *machine)
{
	char line[128] = "", *state;
	struct statfs fs;

	(void)machine;
	read_line(LOCKDOWN, "", line, sizeof(line));
	state = line + strcspn(line, "[");
	state += *state == '[';
	state[strcspn(state, "]")] = '\0';

	if (!strcmp(state, "none"))
		finding_set(f, XDPLAB_HEALTH_OK, "off");
	else if (*state)
		finding_set(f, XDPLAB_HEALTH_WARN,
			    "%s: tracing programs may be denied", state);
	else if (!statfs(SECURITYFS, &fs) && fs.f_type == SECURITYFS_MAGIC)
		finding_set(f, XDPLAB_HEALTH_OK,
			    "not supported by this kernel");
	else
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "unknown: securityfs is not mounted");
}

static void check_stats(struct finding *f, struct machine *machine)
{
	char line[32];

	(void)machine;
	if (read_line(STATS, "", line, sizeof(line)))
		return;
	if (!strcmp(line, "0"))
		finding_set(
			f, XDPLAB_HEALTH_INFO,
			"run statistics are off; status --stats enables them "
			"while it runs");
	else
		finding_set(f, XDPLAB_HEALTH_INFO,
			    "run statistics are on, at about 20 ns per run");
}

/* ---- all of it ---- */

static const struct {
	const char *name;
	void (*check)(struct finding *f, struct machine *machine);
	bool needs_prog;
} checks[] = {
	{ "kernel", check_kernel, false },
	{ "capabilities", check_caps, false },
	{ "bpf", check_bpf, false },
	{ "jit", check_jit, true },
	{ "btf", check_btf, false },
	{ "bpffs", check_bpffs, false },
	{ "link", check_link, true },
	{ "test_run", check_run, true },
	{ "live_frames", check_live, true },
	{ "frags", check_frags, true },
	{ "af_xdp", check_xsk, false },
	{ "trampolines", check_trampolines, true },
	{ "lockdown", check_lockdown, false },
	{ "memlock", check_memlock, true },
	{ "statistics", check_stats, false },
};

void doctor_kernel(xdplab_check_fn fn, void *arg)
{
	struct machine machine = { .prog_fd = -1 };

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding finding = { 0 };

		if (checks[i].needs_prog && machine.prog_fd < 0)
			continue;
		checks[i].check(&finding, &machine);
		finding_tell(&finding, checks[i].name, fn, arg);
	}
	if (machine.prog_fd >= 0)
		close(machine.prog_fd);
}
