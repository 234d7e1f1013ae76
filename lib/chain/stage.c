// SPDX-License-Identifier: LGPL-2.1-only
/*
 * stage - one program of a chain: made, kept in bpffs, read again
 *
 * A stage has no program of its own in the kernel once it is fused.  What
 * stands for it is its mark, a program that passes every packet: it gives the
 * stage an id that nothing else has, a date and a name, and holds its maps.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/code-load.h"
#include "prog/code-pack.h"
#include "prog/code.h"
#include "prog/prog.h"
#include "prog/run-config.h"

#define CODE_MAP  "xdplab_code"
#define PAGES_MAX (64 << 8) /* 64 MiB, the largest object */

bool stage_is_adopted(const struct stage *stage)
{
	return stage->kept.flags & PIN_STAGE_ADOPTED;
}

bool stage_is_of(const struct stage *stage, const struct xdplab_prog *prog)
{
	const char *path = xdplab_prog_path(prog);
	char *full_path = realpath(path, NULL);
	bool is = !stage_is_adopted(stage) &&
		  !strcmp(stage->kept.name, xdplab_prog_name(prog)) &&
		  !strcmp(stage->kept.path, full_path ?: path);

	free(full_path);
	return is;
}

void stage_free(struct stage *stage)
{
	code_maps_free(&stage->maps);
	btf__free(stage->revived.btf);
	code_free(&stage->revived);
	if (stage->prog_fd >= 0)
		close(stage->prog_fd);
	*stage = (struct stage){ .prog_fd = -1 };
}

/* ---- of a program ---- */

static void describe(struct pin_stage *kept, const struct xdplab_prog *prog)
{
	const char *path = xdplab_prog_path(prog);
	char *full_path = realpath(path, NULL);

	snprintf(kept->name, sizeof(kept->name), "%s", xdplab_prog_name(prog));
	snprintf(kept->section, sizeof(kept->section), "%s",
		 xdplab_prog_section(prog));
	snprintf(kept->path, sizeof(kept->path), "%s", full_path ?: path);
	snprintf(kept->licence, sizeof(kept->licence), "%s",
		 prog_licence(prog));
	free(full_path);
	kept->id = xdplab_prog_id(prog);
	kept->prog_flags = prog_flags(prog);
	kept->attach_type = BPF_XDP;
	kept->loaded_at = time(NULL);
}

static int configure(struct pin_stage *kept, const struct xdplab_prog *prog,
		     const struct stage_opts *opts)
{
	int err = xdplab_prog_run_config(prog, &kept->prio, &kept->actions);

	if (err)
		return err;
	if (opts->prio)
		kept->prio = *opts->prio;
	if (opts->actions)
		kept->actions = *opts->actions;
	kept->counter = opts->no_counters ? FUSE_UNCOUNTED : COUNTER_WANTED;
	return 0;
}

/* So that the mark holds the stage's maps, and the kernel shows them as its.
 * Kernels before 5.10 cannot; there the pins hold them alone. */
static void bind_maps(const struct stage *stage)
{
	for (size_t i = 0; i < stage->maps.nr; i++)
		bpf_prog_bind_map(stage->prog_fd, stage->maps.fds[i], NULL);
}

int stage_make(struct stage *stage, struct xdplab_prog *prog,
	       const struct stage_opts *opts)
{
	struct stage made = { .prog = prog, .prog_fd = -1, .fresh = true };
	int err;

	err = configure(&made.kept, prog, opts);
	if (!err)
		err = prog_extract(prog);
	if (err)
		return err;
	made.code = prog_code(prog);
	describe(&made.kept, prog);
	err = code_maps_read(&made.maps, made.code, xdplab_prog_path(prog));
	if (err)
		return err;
	made.prog_fd = fcntl(xdplab_prog_fd(prog), F_DUPFD_CLOEXEC, 3);
	if (made.prog_fd < 0) {
		code_maps_free(&made.maps);
		return fail(-errno, "%s: %s", xdplab_prog_path(prog),
			    strerror(errno));
	}
	bind_maps(&made);
	*stage = made;
	return 0;
}

/* ---- loaded alone ---- */

/* Objects in maps are of types of the maps' BTF, and the kernel wants the
 * program's to be the same one, not another of the same types. */
static void share_types(const struct stage *stage)
{
	struct bpf_map_info info;
	__u32 size;

	for (size_t i = 0; i < stage->maps.nr; i++) {
		size = sizeof(info);
		memset(&info, 0, size);
		if (bpf_obj_get_info_by_fd(stage->maps.fds[i], &info, &size) ||
		    !info.btf_id)
			continue;
		btf__set_fd(stage->code->btf,
			    bpf_btf_get_fd_by_id(info.btf_id));
		return;
	}
}

int stage_load(const struct stage *stage, const struct code_load_opts *opts,
	       char **log)
{
	const struct btf *btf = stage->code->btf;

	if (btf && btf__fd(btf) < 0 && fuse_needs_types(stage->code))
		share_types(stage);
	return code_load(stage->code, opts, log);
}

int stage_load_alone(const struct stage *stage, uint32_t ifindex)
{
	const struct pin_stage *kept = &stage->kept;
	const struct code_load_opts opts = {
		.name = kept->name,
		.licence = kept->licence,
		.prog_flags = kept->prog_flags,
		.attach_type = kept->attach_type,
		.ifindex = kept->prog_flags & BPF_F_XDP_DEV_BOUND_ONLY ? ifindex
								       : 0,
	};
	const char *path =
		stage->prog ? xdplab_prog_path(stage->prog) : kept->path;
	char *log;
	int fd = stage_load(stage, &opts, &log);

	return fd < 0 ? code_refused(fd, path, kept->name, stage->code, log)
		      : fd;
}

int stage_try(const struct stage *stage, uint32_t ifindex)
{
	int fd;

	if (!stage->code)
		return 0;
	fd = stage_load_alone(stage, ifindex);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* ---- kept in bpffs ---- */

static int write_maps(const struct stage *stage, const char *directory)
{
	const prog_map_name *name = prog_map_names(stage->prog);
	char path[PATH_MAX + PIN_NAME_SIZE + 8];
	const struct bpf_map *map;
	int err;

	snprintf(path, sizeof(path), "%s/maps", directory);
	err = pin_directory(path);
	bpf_object__for_each_map (map, prog_object(stage->prog)) {
		if (err)
			break;
		snprintf(path, sizeof(path), "%s/maps/%s", directory, *name++);
		if (bpf_map__fd(map) < 0)
			continue;
		err = bpf_obj_pin(bpf_map__fd(map), path);
		if (err == -EEXIST) /* two that differ in a dot alone */
			err = 0;
		if (err)
			fail(err, "%s: %s", path, strerror(-err));
	}
	return err;
}

static int write_code(const struct stage *stage, const char *directory)
{
	char path[PATH_MAX + sizeof("/code")];
	size_t pages;
	void *bytes;
	int err;

	err = code_pack(&bytes, &pages, stage->code, &stage->maps);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/code", directory);
	err = pin_blob_write(path, CODE_MAP, bytes, CODE_PAGE, pages);
	free(bytes);
	return err;
}

/* What is left there of a change that was killed is nobody's. */
static int make_directory(char *directory, const struct pin_home *home,
			  uint32_t id)
{
	int err = pin_home_make(home);

	if (!err)
		err = pin_home_path(directory, home, "/stage-%u", id);
	if (err)
		return err;
	pin_remove_tree(directory);
	return pin_directory(directory);
}

/* A program that is attached itself lives by that, as every generation does: a
 * pin would hold it when its device has gone, and its state with it. */
int stage_write(const struct stage *stage, const struct pin_home *home)
{
	char directory[PATH_MAX], path[PATH_MAX + sizeof("/prog")];
	int err = make_directory(directory, home, stage->kept.id);

	if (err)
		return err;
	if (stage->kept.flags & PIN_STAGE_DIRECT)
		return write_maps(stage, directory);
	snprintf(path, sizeof(path), "%s/prog", directory);
	err = pin_object(stage->prog_fd, path);
	if (err || stage_is_adopted(stage))
		return err;
	err = write_maps(stage, directory);
	return err ? err : write_code(stage, directory);
}

/* ---- and read again ---- */

static int damaged(const struct stage *stage, const char *path, const char *why)
{
	fail(-EUCLEAN, "%s: the state of stage %s is damaged: %s", path,
	     stage->kept.name, why);
	return advise(-EUCLEAN,
		      "remove it with `xdplab unload -i %u` and load its file "
		      "again",
		      stage->kept.id);
}

static int open_prog(struct stage *stage, const char *path)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_obj_get(path);

	if (fd < 0)
		return damaged(stage, path, strerror(-fd));
	if (bpf_obj_get_info_by_fd(fd, &info, &size) ||
	    info.type != BPF_PROG_TYPE_XDP || info.id != stage->kept.id) {
		close(fd);
		return damaged(stage, path, "the program is a different one");
	}
	stage->prog_fd = fd;
	return 0;
}

static int read_code(struct stage *stage, const char *path)
{
	size_t pages;
	void *bytes;
	int err;

	if (pin_blob_read(&bytes, &pages, path, CODE_MAP, CODE_PAGE, PAGES_MAX))
		return damaged(stage, path, "its code is missing");
	err = code_unpack(&stage->revived, &stage->maps, bytes,
			  pages * CODE_PAGE);
	free(bytes);
	if (err)
		return damaged(stage, path,
			       err == -ENOENT ? "a map is missing"
					      : "its code cannot be read");
	stage->code = &stage->revived;
	return 0;
}

int stage_revive(struct stage *stage, const struct pin_home *home)
{
	char path[PATH_MAX];
	int err = 0;

	if (stage->prog_fd < 0) {
		err = pin_home_path(path, home, "/stage-%u/prog",
				    stage->kept.id);
		if (!err)
			err = open_prog(stage, path);
	}
	if (err || stage->code || stage_is_adopted(stage))
		return err;
	err = pin_home_path(path, home, "/stage-%u/code", stage->kept.id);
	return err ? err : read_code(stage, path);
}
