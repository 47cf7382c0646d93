# SPDX-License-Identifier: Apache-2.0
# Copies BPF sources and changes them in one place:
#   cmake -DFROM=<folder> -DTO=<folder> -DFILE=lib/x.h -DOLD=<file with text> -DNEW=<file> -P plant_bug.cmake
# Ends in an error unless the old text is there exactly once: a bug is never planted by half.
file(REMOVE_RECURSE ${TO}/lib)
file(COPY ${FROM}/lib DESTINATION ${TO})
file(GLOB programs ${FROM}/*.bpf.c)
file(COPY ${programs} DESTINATION ${TO})

file(READ ${TO}/${FILE} text)
file(READ ${OLD} old)
file(READ ${NEW} new)
string(FIND "${text}" "${old}" first)
string(FIND "${text}" "${old}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${FILE} has this not exactly once: ${old}")
endif()
string(REPLACE "${old}" "${new}" text "${text}")
file(WRITE ${TO}/${FILE} "${text}")
