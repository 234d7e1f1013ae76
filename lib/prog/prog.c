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

#include "code-load.h"
#include "code.h"
#include "elf.h"
#include "extract.h"
#include "file.h"
#include "internal.h"
#include "pin/pin.h"
#include "prog.h"
#include "run-config.h"

/* No object that a compiler made comes near it; a wrong file may. */
#define MAX_ELF_SIZE (64 << 20)

struct xdplab_prog {
	char *path;
	struct bpf_object *object;
	struct bpf_program *program;
	struct extract extract;
	char licence[64];
	bool in_slot;	/* of a map: it is called by itself or others */
	bool has_slots; /* some program of the object is in one */
	struct fresh_pin *fresh_pins; /* of each map: the load made it */
	prog_map_name *map_names;
	uint32_t nr_reused; /* of its maps */
	uint32_t id;
};

/* ---- open ---- */

static int read_whole(int fd, const char *path, char **bytes, size_t *size)
{
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return fail(-errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(-ENOEXEC, "%s: not a regular file", path);
	err = file_read(bytes, size, fd, path, MAX_ELF_SIZE);
	return err == -EFBIG
		       ? fail(-ENOEXEC, "%s: too large for a BPF object", path)
		       : err;
}

int prog_read(char **bytes, size_t *size, const char *path)
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
	return advise(-ENOEXEC, "compile it with clang -O2 -g -target bpf "
				"-idirafter /usr/include/$(uname -m)-linux-gnu "
				"-c FILE.c");
}

static void load_nothing(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object)
		bpf_program__set_autoload(program, false);
}

/* A map that begins with programs in its slots needs them loaded. */
static void load_slot(const char *function, void *arg)
{
	struct xdplab_prog *prog = arg;
	struct bpf_program *program =
		bpf_object__find_program_by_name(prog->object, function);

	prog->has_slots = true;
	if (!program || bpf_program__type(program) != BPF_PROG_TYPE_XDP)
		return;
	bpf_program__set_autoload(program, true);
}

/* The file's name up to its first dot, by which its variables go: "count.bss" of
 * count.bpf.o. */
static void stem(char *name, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(name, size, "%s", slash ? slash + 1 : path);
	name[strcspn(name, ".")] = '\0';
}

static int open_object(struct xdplab_prog *prog, const char *bytes, size_t size,
		       const struct xdplab_prog_opts *opts)
{
	char name[NAME_MAX + 1];
	const char *root = NULL;
	LIBBPF_OPTS(bpf_object_open_opts, open_opts, .object_name = name);
	int err;

	stem(name, sizeof(name), prog->path);
	open_opts.pin_root_path = OPT(opts, pin_path);
	if (!open_opts.pin_root_path && !pin_root(&root))
		open_opts.pin_root_path = root;
	extract_prepare();
	prog->object = bpf_object__open_mem(bytes, size, &open_opts);
	if (prog->object) {
		load_nothing(prog->object);
		elf_slots(bytes, load_slot, prog);
		elf_licence(prog->licence, sizeof(prog->licence), bytes);
		err = prog_choose(&prog->program, prog->object, prog->path,
				  opts);
		if (!err)
			err = prog_maps_name(&prog->map_names, prog->object);
		if (err)
			return err;
		prog->in_slot = bpf_program__autoload(prog->program);
		bpf_program__set_autoload(prog->program, true);
		return OPT(opts, pin_all)
			       ? prog_maps_pin_all(prog->object,
						   OPT(opts, pin_path),
						   prog->has_slots)
			       : 0;
	}
	fail(-ENOEXEC, "%s: libbpf cannot read it", prog->path);
	return advise(-ENOEXEC, "maps in section .maps need BTF: compile with "
				"clang -g; -vv shows libbpf's log");
}

int prog_open_bytes(struct xdplab_prog **out, const char *path,
		    const char *bytes, size_t size,
		    const struct xdplab_prog_opts *opts)
{
	struct xdplab_prog *prog = calloc(1, sizeof(*prog));
	int err = -ENOMEM;

	if (prog)
		prog->path = strdup(path);
	if (!prog || !prog->path)
		fail(err, "%s: out of memory", path);
	else
		err = open_object(prog, bytes, size, opts);
	if (err) {
		xdplab_prog_free(prog);
		return err;
	}
	*out = prog;
	return 0;
}

int xdplab_prog_open(struct xdplab_prog **out, const char *path,
		     const struct xdplab_prog_opts *opts)
{
	int err = OPTS_DEFECT(opts);
	char *bytes = NULL;
	size_t size = 0;

	if (!err && OPT(opts, pin_all) && !OPT(opts, pin_path))
		err = fail(-EINVAL, "%s: no directory to pin maps in", path);
	if (!err)
		err = prog_read(&bytes, &size, path);
	if (!err)
		err = prog_open_bytes(out, path, bytes, size, opts);
	free(bytes);
	return err;
}

/* ---- load ---- */

/* It was the last that libbpf tried, or none of them. */
static int refused(const struct xdplab_prog *prog, int hw_ifindex, int err,
		   char *log)
{
	static const struct code unknown;
	size_t nr = prog->extract.nr;
	const struct extracted *last = nr ? &prog->extract.at[nr - 1] : NULL;
	const char *name =
		bpf_program__name(last ? last->program : prog->program);

	if (hw_ifindex && !*log) {
		free(log);
		fail(-EOPNOTSUPP, "%s: %s cannot be offloaded: %s", prog->path,
		     name, strerror(-err));
		return advise(-EOPNOTSUPP, "few devices support offload; -m "
					   "native runs in the driver");
	}
	return code_refused(err, prog->path, name,
			    last ? &last->code : &unknown, log);
}

static void give_log(struct xdplab_prog *prog, char *log, size_t size)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, prog->object)
		bpf_program__set_log_buf(program, log, size);
}

static void put_on_device(struct xdplab_prog *prog, int hw_ifindex)
{
	struct bpf_map *map;

	bpf_program__set_ifindex(prog->program, hw_ifindex);
	bpf_object__for_each_map (map, prog->object)
		bpf_map__set_ifindex(map, hw_ifindex);
}

static int load_object(struct xdplab_prog *prog, int hw_ifindex)
{
	size_t size;
	char *log = code_log(&size);
	int err;

	if (!log)
		return fail(-ENOMEM, "%s: out of memory", prog->path);
	if (hw_ifindex)
		put_on_device(prog, hw_ifindex);
	give_log(prog, log, size);
	prog->extract.object = prog->object;
	err = extract_load(&prog->extract);
	if (err)
		return refused(prog, hw_ifindex, err, log);
	give_log(prog, NULL, 0);
	free(log);
	return 0;
}

static int load(struct xdplab_prog *prog, int hw_ifindex)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int err;

	err = prog_maps_pinned(prog->object, prog->path, prog->has_slots,
			       &prog->fresh_pins, &prog->nr_reused);
	if (!err)
		err = load_object(prog, hw_ifindex);
	if (err)
		return err;
	err = bpf_obj_get_info_by_fd(bpf_program__fd(prog->program), &info,
				     &size);
	if (err)
		return fail(err, "%s: %s", prog->path, strerror(-err));
	prog->id = info.id;
	return 0;
}

int xdplab_prog_load(struct xdplab_prog *prog, int hw_ifindex)
{
	if (prog->id)
		return fail(-EALREADY, "%s: already loaded", prog->path);
	return load(prog, hw_ifindex);
}

int prog_extract(struct xdplab_prog *prog)
{
	if (prog->id)
		return 0;
	/* What others tail-call must be itself. */
	prog->extract.diverted = prog->in_slot ? NULL : prog->program;
	return load(prog, 0);
}

int prog_load_too(struct xdplab_prog *prog, const char *function)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(prog->object, function);

	if (!program || !prog_is_xdp(program))
		return -ENOENT;
	/* A prog_array wants all its programs alike in that, too. */
	bpf_program__set_type(program, BPF_PROG_TYPE_XDP);
	bpf_program__set_expected_attach_type(program, BPF_XDP);
	bpf_program__set_autoload(program, true);
	prog->in_slot |= program == prog->program;
	return 0;
}

void xdplab_prog_free(struct xdplab_prog *prog)
{
	if (!prog)
		return;
	extract_free(&prog->extract);
	bpf_object__close(prog->object);
	free(prog->fresh_pins);
	free(prog->map_names);
	free(prog->path);
	free(prog);
}

int prog_reuse_maps(struct xdplab_prog *prog, const char *directory)
{
	if (prog->id)
		return 0;
	return prog_maps_of_stage(prog->object, prog->path, directory,
				  prog->map_names, prog->has_slots,
				  &prog->nr_reused);
}

void prog_take_back(struct xdplab_prog *prog)
{
	prog_maps_unpin(prog->object, prog->fresh_pins);
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

uint32_t xdplab_prog_maps_reused(const struct xdplab_prog *prog)
{
	return prog->nr_reused;
}

int xdplab_prog_map_fd(const struct xdplab_prog *prog, const char *name)
{
	struct bpf_map *map, *found = NULL;
	size_t i = 0;

	/* As the object has it; libbpf renames what is there already. */
	bpf_object__for_each_map (map, prog->object)
		if (!strcmp(prog->map_names[i++], name))
			found = map;
	map = found ?: bpf_object__find_map_by_name(prog->object, name);
	if (!map)
		return fail(-ENOENT, "%s: no map %s", prog->path, name);
	if (bpf_map__fd(map) < 0)
		return fail(-EBADF, "%s: not loaded yet", prog->path);
	return bpf_map__fd(map);
}

int xdplab_prog_run_config(const struct xdplab_prog *prog, uint32_t *prio,
			   uint32_t *actions)
{
	struct run_config config;
	int err = run_config_read(&config, bpf_object__btf(prog->object),
				  xdplab_prog_name(prog), prog->path);

	if (err)
		return err;
	*prio = config.prio;
	*actions = config.actions;
	return 0;
}

/* ---- for chains ---- */

static const struct extracted *seen(const struct xdplab_prog *prog)
{
	static const struct extracted nothing;

	return extract_find(&prog->extract, prog->program) ?: &nothing;
}

const struct code *prog_code(const struct xdplab_prog *prog)
{
	return &seen(prog)->code;
}

bool prog_callee(const struct xdplab_prog *prog, size_t i,
		 struct prog_callee *callee)
{
	const struct extracted *at;

	/* The program itself is one only if it is in a slot. */
	for (size_t k = 0; k < prog->extract.nr; k++) {
		at = &prog->extract.at[k];
		if (at->program == prog->program && !prog->in_slot)
			continue;
		if (i--)
			continue;
		*callee = (struct prog_callee){
			.name = bpf_program__name(at->program),
			.code = &at->code,
			.prog_flags = at->prog_flags & BPF_F_XDP_HAS_FRAGS,
			.fd = bpf_program__fd(at->program),
		};
		return true;
	}
	return false;
}

/*
 * Whether it asks the device about the packet, which only a program bound to
 * that device may.  libbpf has put the kernel's numbers in the place of names
 * by now: the object tells the names, the code that it calls the kernel at all.
 */
static bool asks_device(const struct xdplab_prog *prog)
{
	static const char *const names[] = { "bpf_xdp_metadata_rx_timestamp",
					     "bpf_xdp_metadata_rx_hash",
					     "bpf_xdp_metadata_rx_vlan_tag" };
	const struct code *code = prog_code(prog);
	bool named = false, calls = false;

	for (size_t i = 0; code->btf && i < ARRAY_SIZE(names); i++)
		named |= btf__find_by_name_kind(code->btf, names[i],
						BTF_KIND_FUNC) > 0;
	for (size_t i = 0; named && i < code->nr_insns; i++)
		calls |= code->insns[i].code == (BPF_JMP | BPF_CALL) &&
			 code->insns[i].src_reg == BPF_PSEUDO_KFUNC_CALL;
	return calls;
}

uint32_t prog_flags(const struct xdplab_prog *prog)
{
	uint32_t flags = seen(prog)->prog_flags & BPF_F_XDP_HAS_FRAGS;

	return asks_device(prog) ? flags | BPF_F_XDP_DEV_BOUND_ONLY : flags;
}

const char *prog_licence(const struct xdplab_prog *prog)
{
	return prog->licence;
}

struct bpf_object *prog_object(const struct xdplab_prog *prog)
{
	return prog->object;
}

const prog_map_name *prog_map_names(const struct xdplab_prog *prog)
{
	return prog->map_names;
}
