// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "api/action/action.h"

namespace postern::api::ssm {

std::vector<Action> delete_parameter_actions();        // delete_parameter.cc
std::vector<Action> describe_parameters_actions();     // describe_parameters.cc
std::vector<Action> get_parameter_actions();           // get_parameter.cc
std::vector<Action> get_parameters_by_path_actions();  // get_parameters_by_path.cc
std::vector<Action> label_actions();                   // label.cc
std::vector<Action> parameter_history_actions();       // parameter_history.cc
std::vector<Action> put_parameter_actions();           // put_parameter.cc
std::vector<Action> tag_actions();                     // tag.cc

}  // namespace postern::api::ssm
