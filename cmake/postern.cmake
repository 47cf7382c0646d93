# SPDX-License-Identifier: Apache-2.0
# The project's three build words: postern_library, postern_program and postern_bpf.

# Flags every C++ target of ours is built with.
add_library(postern_flags INTERFACE)
target_compile_features(postern_flags INTERFACE cxx_std_23)
target_include_directories(postern_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(postern_flags SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/generated)
target_compile_options(
  postern_flags
  INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
            -Wformat=2 -Wswitch-enum -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
# The compiler collects its garbage rarely: a tenth of its time for memory that is there.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(postern_flags INTERFACE "SHELL:--param ggc-min-expand=1000"
                                                 "SHELL:--param ggc-min-heapsize=1000000")
endif()
target_compile_definitions(postern_flags INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_link_libraries(postern_flags INTERFACE fmt::fmt Threads::Threads)

set(POSTERN_LAYERS ${PROJECT_BINARY_DIR}/layers.txt)
file(WRITE ${POSTERN_LAYERS} "")

# The folder of the caller below src/, such as "api/wire": a library is named after it.
function(postern_folder out)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  set(${out} ${folder} PARENT_SCOPE)
endfunction()

# postern_library(SOURCES a.cc… DEPENDS base model… [LINK Boost::json…]
#                 [TESTS a_test.cc… [TEST_DEPENDS instances/image…] [LABEL kernel]]
#                 [ALONE a.cc…] [TOGETHER 24] [OPTIMIZED])
#
# A library of the caller's folder. DEPENDS names the folders that its files may include; the layer
# check (tools/check_layers) holds every #include "…" to it. TESTS become one gtest program,
# registered with ctest under LABEL (default `unit`; `kernel` needs root). TEST_DEPENDS names what
# only they may include beside DEPENDS.
# ALONE names sources whose unnamed namespaces have a name that another's has too: they are compiled
# by themselves (see POSTERN_UNITY).
# TOGETHER is for a folder of many files that instantiate much alike: so many are compiled as one
# instead of eight.
# OPTIMIZED is for what runs at each change of a World, over all of it: -O2, and so without the
# precompiled headers, which other flags have made.
function(postern_library)
  cmake_parse_arguments(ARG "OPTIMIZED" "LABEL;TOGETHER" "SOURCES;DEPENDS;LINK;TESTS;TEST_DEPENDS;ALONE" ${ARGN})
  postern_folder(folder)
  if(ARG_ALONE)
    set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(ARG_TOGETHER)
    set(CMAKE_UNITY_BUILD_BATCH_SIZE ${ARG_TOGETHER})
  endif()
  string(REPLACE "/" "_" name ${folder})
  set(scope PUBLIC)
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    if(ARG_OPTIMIZED)
      target_compile_options(${name} PRIVATE -O2)
    else()
      postern_precompile(${name} "" ${ARG_DEPENDS} ${folder})
    endif()
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  set(links ${ARG_DEPENDS})
  list(TRANSFORM links REPLACE "/" "_")
  target_link_libraries(${name} ${scope} postern_flags ${links} ${ARG_LINK})
  list(JOIN ARG_DEPENDS " " depends)
  file(APPEND ${POSTERN_LAYERS} "${folder}: ${depends}\n")
  if(ARG_TESTS)
    if(NOT ARG_LABEL)
      set(ARG_LABEL unit)
    endif()
    add_executable(${name}_test ${ARG_TESTS})
    postern_precompile(${name}_test _test ${ARG_DEPENDS} ${folder})
    if(NOT POSTERN_TESTS)
      set_target_properties(${name}_test PROPERTIES EXCLUDE_FROM_ALL TRUE)
    endif()
    set(test_links ${ARG_TEST_DEPENDS})
    list(TRANSFORM test_links REPLACE "/" "_")
    target_link_libraries(${name}_test PRIVATE ${name} ${test_links} GTest::gmock
                                               GTest::gtest_main)
    if(ARG_TEST_DEPENDS)
      list(JOIN ARG_TEST_DEPENDS " " depends)
      file(APPEND ${POSTERN_LAYERS} "${folder}+tests: ${depends}\n")
    endif()
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL})
  endif()
endfunction()

# postern_program(NAME posternd SOURCES main.cc DEPENDS …): an executable of the caller's folder.
function(postern_program)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPENDS;LINK" ${ARGN})
  postern_folder(folder)
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  postern_precompile(${ARG_NAME} "" ${ARG_DEPENDS})
  set(links ${ARG_DEPENDS})
  list(TRANSFORM links REPLACE "/" "_")
  target_link_libraries(${ARG_NAME} PRIVATE postern_flags ${links} ${ARG_LINK})
  list(JOIN ARG_DEPENDS " " depends)
  file(APPEND ${POSTERN_LAYERS} "${folder}: ${depends}\n")
endfunction()

# The compiler of BPF objects with its flags, for sources in `folder`.
function(postern_bpf_compiler out folder)
  find_program(POSTERN_BPF_CLANG NAMES clang-19 clang REQUIRED)
  set(${out}
      ${POSTERN_BPF_CLANG} -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter
      -D__${CMAKE_SYSTEM_PROCESSOR}__ -I${PROJECT_SOURCE_DIR}/src -I${folder} -idirafter
      /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
      PARENT_SCOPE)
endfunction()

# postern_bpf(NAME pn_fabric SOURCES pn_fabric.bpf.c): a BPF object and its skeleton, for those who
# link the caller's folder: #include "<folder>/<NAME>.skel.h". Compiled with UAPI headers only (no
# vmlinux.h), to instructions that Linux 6.1 has. Call it after the folder's postern_library.
function(postern_bpf)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES" ${ARGN})
  postern_folder(folder)
  string(REPLACE "/" "_" library ${folder})
  find_program(POSTERN_BPFTOOL NAMES bpftool PATHS /usr/sbin REQUIRED)
  list(LENGTH ARG_SOURCES sources)
  if(NOT sources EQUAL 1)
    message(FATAL_ERROR "postern_bpf: an object has one source, which includes the rest")
  endif()
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SOURCES})
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${ARG_NAME}.bpf.o)
  set(skeleton ${PROJECT_BINARY_DIR}/generated/${folder}/${ARG_NAME}.skel.h)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder})
  postern_bpf_compiler(compile ${CMAKE_CURRENT_SOURCE_DIR})
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${compile} -MD -MF ${object}.d -MT ${object} -c ${source} -o ${object}
    DEPENDS ${source}
    DEPFILE ${object}.d
    VERBATIM)
  add_custom_command(
    OUTPUT ${skeleton}
    COMMAND ${POSTERN_BPFTOOL} gen skeleton ${object} name ${ARG_NAME} > ${skeleton}
    DEPENDS ${object}
    VERBATIM)
  add_custom_target(${library}_${ARG_NAME} DEPENDS ${skeleton})
  add_dependencies(${library} ${library}_${ARG_NAME})
endfunction()
