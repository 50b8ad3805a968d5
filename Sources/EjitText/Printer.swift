import Ejit
