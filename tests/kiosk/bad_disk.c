/* A disk that fails or is slow while the file named by BAD_DISK says so: "EIO", "EROFS", or milliseconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int trouble(int writing) {
    char said[16] = {0};
    int file = open(getenv("BAD_DISK"), O_RDONLY);
    if (file < 0) return 0;
    ssize_t size = read(file, said, sizeof said - 1);
    close(file);
    if (size <= 0) return 0;
    if (!strncmp(said, "EIO", 3)) return EIO;
    if (!strncmp(said, "EROFS", 5)) return writing ? EROFS : 0;
    if (!writing) usleep(1000 * atoi(said));
    return 0;
}

int fsync(int file) {
    if ((errno = trouble(0))) return -1;
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}

int fdatasync(int file) {
    if ((errno = trouble(0))) return -1;
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    if ((errno = trouble(1))) return -1;
    return ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(file, data, size, at);
}
