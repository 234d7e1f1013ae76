// SPDX-License-Identifier: LGPL-2.1-only
/* prog - one XDP program of one ELF object: open, choose, load */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "internal.h"

/* No object that a compiler made comes near it; a wrong file may. */
#define MAX_ELF_SIZE (64 << 20)
/*
 * Room for the verifier's log: untouched pages cost nothing.  Kernels before
 * 6.4 drop the end of a log that does not fit, and the reason is at the end;
 * where memory is not to be had so easily, less will mostly do.
 */
#define LOG_SIZE     (256u << 20)
#define LOG_SIZE_MIN (1u << 20)

struct xdplab_prog {
	char *path;
	char *log;
	struct bpf_object *object;
	struct bpf_program *program;
	struct xdplab_refusal *refusal;
	struct extract extract;
	bool *fresh_pins; /* of each map: the load made it */
	uint32_t id;
};

/* ---- open ---- */

static int read_whole(int fd, const char *path, char **bytes, size_t *size)
{
	struct stat st;
	size_t length = 0;
	char *buffer;

	if (fstat(fd, &st))
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(-ENOEXEC, "%s: not a regular file", path);
	if (st.st_size > MAX_ELF_SIZE)
		return fail(-ENOEXEC, "%s: too large for a BPF object", path);
	buffer = malloc(st.st_size + 1);
	if (!buffer)
		return fail(-ENOMEM, "%s: out of memory", path);
	while (length < (size_t)st.st_size) {
		ssize_t n = read(fd, buffer + length, st.st_size - length);

		if (n < 0) {
			int err = -errno;

			free(buffer);
			return fail(err, "%s: %s", path, strerror(-err));
		}
		if (!n)
			break; /* it was cut while we read */
		length += n;
	}
	*bytes = buffer;
	*size = length;
	return 0;
}

/* The file's bytes, once: what was checked is what is loaded. */
static int read_object(const char *path, char **bytes, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *defect;
	int err;

	if (fd < 0)
		return fail(-errno, "%s: %s", path, strerror(errno));
	err = read_whole(fd, path, bytes, size);
	close(fd);
	if (err)
		return err;
	defect = elf_defect(*bytes, *size);
	if (!defect)
		return 0;
	free(*bytes);
	*bytes = NULL;
	fail(-ENOEXEC, "%s: %s", path, defect);
	return advise(-ENOEXEC, "clang -O2 -g -target bpf -c FILE.c makes an "
				"object for BPF");
}

static int open_object(struct xdplab_prog *prog,
		       const struct xdplab_prog_opts *opts)
{
	const char *root = NULL;
	LIBBPF_OPTS(bpf_object_open_opts, open_opts, .object_name = "xdplab");
	char *bytes = NULL;
	size_t size = 0;
	int err;

	err = read_object(prog->path, &bytes, &size);
	if (err)
		return err;
	open_opts.pin_root_path = OPT(opts, pin_path);
	if (!open_opts.pin_root_path && !pin_root(&root))
		open_opts.pin_root_path = root;
	extract_prepare();
	prog->object = bpf_object__open_mem(bytes, size, &open_opts);
	free(bytes);
	if (prog->object)
		return 0;
	fail(-ENOEXEC, "%s: libbpf cannot read it", prog->path);
	return advise(-ENOEXEC, "maps in section .maps need BTF: compile with "
				"clang -g; -vv shows libbpf's words");
}

int xdplab_prog_open(struct xdplab_prog **out, const char *path,
		     const struct xdplab_prog_opts *opts)
{
	struct xdplab_prog *prog = NULL;
	int err = OPTS_DEFECT(opts);

	if (err)
		return err;
	err = -ENOMEM;
	prog = calloc(1, sizeof(*prog));
	if (prog)
		prog->path = strdup(path);
	if (!prog || !prog->path)
		fail(err, "%s: out of memory", path);
	else
		err = open_object(prog, opts);
	if (!err)
		err = prog_choose(&prog->program, prog->object, prog->path,
				  opts);
	if (err) {
		xdplab_prog_free(prog);
		return err;
	}
	*out = prog;
	return 0;
}

/* ---- load ---- */

static int refused(struct xdplab_prog *prog, int hw_ifindex, int err)
{
	const char *name = xdplab_prog_name(prog);
	struct source_line *lines;

	if (!xdplab_refusal_read(&prog->refusal, prog->log)) {
		lines = code_lines(&prog->extract.code);
		if (lines)
			refusal_locate(prog->refusal, lines,
				       prog->extract.code.nr_lines);
		free(lines);
		fail(err, "%s: the verifier refuses %s: %s", prog->path, name,
		     prog->refusal->message);
		return advise(err, "%s", prog->refusal->cure);
	}
	if (hw_ifindex) {
		fail(-EOPNOTSUPP, "%s: %s cannot be put onto the device: %s",
		     prog->path, name, strerror(-err));
		return advise(-EOPNOTSUPP, "few devices take programs; "
					   "-m native runs in the driver");
	}
	if (err == -EPERM)
		return fail_permission(err, prog->path, "load BPF programs");
	fail(err, "%s: %s cannot be loaded: %s", prog->path, name,
	     strerror(-err));
	return advise(err, "-vv shows the words of libbpf and the kernel");
}

static int give_log(struct xdplab_prog *prog)
{
	size_t size = LOG_SIZE;

	while (!prog->log && size >= LOG_SIZE_MIN) {
		prog->log = calloc(1, size);
		if (prog->log)
			bpf_program__set_log_buf(prog->program, prog->log,
						 size);
		size /= 2;
	}
	if (!prog->log)
		return fail(-ENOMEM, "%s: out of memory", prog->path);
	return 0;
}

int xdplab_prog_load(struct xdplab_prog *prog, int hw_ifindex)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	struct bpf_map *map;
	int err;

	if (prog->id)
		return fail(-EALREADY, "%s: is loaded already", prog->path);
	xdplab_refusal_free(prog->refusal);
	prog->refusal = NULL;
	err = prog_check_pins(prog->object, &prog->fresh_pins);
	if (!err)
		err = give_log(prog);
	if (err)
		return err;
	if (hw_ifindex) {
		bpf_program__set_ifindex(prog->program, hw_ifindex);
		bpf_object__for_each_map (map, prog->object)
			bpf_map__set_ifindex(map, hw_ifindex);
	}

	err = extract_load(&prog->extract, prog->object);
	if (err)
		return refused(prog, hw_ifindex, err);
	err = bpf_obj_get_info_by_fd(bpf_program__fd(prog->program), &info,
				     &size);
	if (err)
		return fail(err, "%s: %s", prog->path, strerror(-err));
	prog->id = info.id;
	free(prog->log);
	prog->log = NULL;
	return 0;
}

void xdplab_prog_free(struct xdplab_prog *prog)
{
	if (!prog)
		return;
	extract_free(&prog->extract);
	bpf_object__close(prog->object);
	xdplab_refusal_free(prog->refusal);
	free(prog->fresh_pins);
	free(prog->log);
	free(prog->path);
	free(prog);
}

void prog_take_back(struct xdplab_prog *prog)
{
	prog_remove_pins(prog->object, prog->fresh_pins);
}

/* ---- look ---- */

const char *xdplab_prog_name(const struct xdplab_prog *prog)
{
	return bpf_program__name(prog->program);
}

const char *xdplab_prog_section(const struct xdplab_prog *prog)
{
	return bpf_program__section_name(prog->program);
}

const char *xdplab_prog_path(const struct xdplab_prog *prog)
{
	return prog->path;
}

int xdplab_prog_fd(const struct xdplab_prog *prog)
{
	return prog->id ? bpf_program__fd(prog->program) : -1;
}

uint32_t xdplab_prog_id(const struct xdplab_prog *prog)
{
	return prog->id;
}

int xdplab_prog_map_fd(const struct xdplab_prog *prog, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(prog->object, name);

	if (!map)
		return fail(-ENOENT, "%s: no map %s", prog->path, name);
	if (bpf_map__fd(map) < 0)
		return fail(-EBADF, "%s: is not loaded yet", prog->path);
	return bpf_map__fd(map);
}

const char *xdplab_prog_log(const struct xdplab_prog *prog)
{
	return prog->log ? prog->log : "";
}

const struct xdplab_refusal *xdplab_prog_refusal(const struct xdplab_prog *prog)
{
	return prog->refusal;
}
