# SPDX-License-Identifier: Apache-2.0
# Precompiled headers: what most files of a layer include, parsed once for all of them. A file
# includes what it uses all the same, so that it compiles without them (-DPOSTERN_PRECOMPILE=OFF).

set(precompiled_base
    <algorithm> <chrono> <expected> <functional> <map> <memory> <optional> <set> <string>
    <string_view> <unordered_map> <variant> <vector> <base/result.h>)
set(precompiled_model ${precompiled_base} <model/transaction.h>)
set(precompiled_action ${precompiled_model} <api/action/action.h>)

if(POSTERN_PRECOMPILE)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cc CONTENT "" @ONLY)
  foreach(level base model action)
    foreach(suffix "" _test)
      set(name precompiled_${level}${suffix})
      add_library(${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/precompiled.cc)
      target_link_libraries(${name} PRIVATE postern_flags)
      target_compile_options(${name} PRIVATE -fpch-preprocess)
      if(CMAKE_CXX_COMPILER_LAUNCHER)
        set_target_properties(
          ${name} PROPERTIES CXX_COMPILER_LAUNCHER
                             "${PROJECT_SOURCE_DIR}/tools/fresh_pch;${CMAKE_CXX_COMPILER_LAUNCHER}")
      endif()
      if(suffix)
        target_link_libraries(${name} PRIVATE GTest::gmock)
        target_precompile_headers(${name} PRIVATE ${precompiled_${level}} <gmock/gmock.h>
                                                  <gtest/gtest.h>)
      else()
        target_precompile_headers(${name} PRIVATE ${precompiled_${level}})
      endif()
    endforeach()
  endforeach()
endif()

# postern_precompile(target SUFFIX DEPENDS...): gives the target the precompiled header that fits the
# folders it may include; SUFFIX is _test for a program of tests.
function(postern_precompile target suffix)
  if(NOT POSTERN_PRECOMPILE)
    return()
  endif()
  set(level base)
  if("model" IN_LIST ARGN)
    set(level model)
  endif()
  if("api/action" IN_LIST ARGN)
    set(level action)
  endif()
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_precompile_headers(${target} REUSE_FROM precompiled_${level}${suffix})
endfunction()
