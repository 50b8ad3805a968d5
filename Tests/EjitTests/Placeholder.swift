import Testing
@testable import Ejit
import TestSupport
