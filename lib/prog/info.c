// SPDX-License-Identifier: LGPL-2.1-only
/* info - what the kernel knows of a loaded program */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "info.h"
#include "internal.h"

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The kernel dates programs by CLOCK_BOOTTIME, in nanoseconds. */
static uint64_t wall_time(uint64_t since_boot)
{
	int64_t boot = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_BOOTTIME);

	return (boot + (int64_t)since_boot) / 1000000000;
}

/* The name of the function that `func` describes, from the kernel's BTF. */
static void name_from_btf(char *name, size_t size, uint32_t btf_id,
			  const struct bpf_func_info *func)
{
	struct btf *btf = btf__load_from_kernel_by_id(btf_id);
	const struct btf_type *type;

	if (!btf)
		return;
	type = btf__type_by_id(btf, func->type_id);
	if (type && btf_is_func(type))
		snprintf(name, size, "%s",
			 btf__name_by_offset(btf, type->name_off));
	btf__free(btf);
}

static void read_name(struct info *info, const struct bpf_prog_info *raw,
		      const struct bpf_func_info *func, const char *known_name)
{
	snprintf(info->name, sizeof(info->name), "%s", raw->name);
	if (strlen(raw->name) < BPF_OBJ_NAME_LEN - 1)
		return;
	if (known_name && !strncmp(known_name, raw->name, strlen(raw->name)))
		snprintf(info->name, sizeof(info->name), "%s", known_name);
	else if (raw->btf_id && raw->nr_func_info)
		name_from_btf(info->name, sizeof(info->name), raw->btf_id,
			      func);
}

int info_read(struct info *info, int fd, const char *known_name)
{
	struct bpf_func_info func = { 0 };
	struct bpf_prog_info raw = {
		.map_ids = (uintptr_t)info->map_ids,
		.nr_map_ids = INFO_MAX_MAPS,
		.func_info = (uintptr_t)&func,
		.func_info_rec_size = sizeof(func),
		.nr_func_info = 1,
	};
	__u32 size = sizeof(raw);
	int err = bpf_obj_get_info_by_fd(fd, &raw, &size);

	if (err)
		return err;
	info->id = raw.id;
	for (size_t i = 0; i < sizeof(raw.tag); i++)
		sprintf(info->tag + 2 * i, "%02x", raw.tag[i]);
	info->nr_map_ids =
		raw.nr_map_ids < INFO_MAX_MAPS ? raw.nr_map_ids : INFO_MAX_MAPS;
	info->loaded_at = wall_time(raw.load_time);
	info->uid = raw.created_by_uid;
	info->jited = raw.jited_prog_len;
	info->run_cnt = raw.run_cnt;
	info->run_time_ns = raw.run_time_ns;
	read_name(info, &raw, &func, known_name);
	return 0;
}

int info_read_id(struct info *info, uint32_t id)
{
	int fd = bpf_prog_get_fd_by_id(id);
	int err;

	if (fd < 0)
		return fd;
	err = info_read(info, fd, NULL);
	close(fd);
	return err;
}
